#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "kernels.h"
#include "peaks.h"

namespace handful {

/// What a core can do at most, by what limits it: arithmetic, or reading what lies so far away.
enum class Peak { kMultiplyAdds, kInt16Products, kReadSmall, kReadFactor, kReadLarge };

const char* nameOf(Peak peak);

/// Floats that are read again and again: a few that fit the first-level cache, a triangular factor of 784
/// rows, which does not fit the second, and so many that they come from memory.
constexpr std::size_t kSmall = 16 * kPeakNumbers, kFactor = 1600 * kPeakNumbers,
                      kLarge = 170'000 * kPeakNumbers;

/// kLarge floats, all 1.
const float* largeArray();

/// Something to be timed: a kernel on a shape that algorithms give it, or what the processor does at most.
struct Measurement {
  std::string name;
  std::string shape;
  /// What the kernel's rate is to be a share of.
  Peak peak;
  /// Additions and multiplications, or bytes read, in one run.
  double work;
  std::function<void()> run;
  /// Sums up what the first run computed: the same on all instruction sets, but for rounding. Null for peaks.
  std::function<double()> answer;
};

std::vector<Measurement> measurementsOf(const Peaks& peaks);
std::vector<Measurement> measurementsOf(const Kernels& kernels);

}  // namespace handful
