#pragma once

#include <stddef.h>
#include <stdint.h>

namespace handful {

/// Numbers that a loop for a peak works on.
constexpr size_t kPeakNumbers = 384;

/// The most that one core does with an instruction set: loops that do nothing but one thing. What a kernel
/// reaches is given as a share of them. One table for each instruction set, filled from the one source
/// peaks.inl.h, under the rules of native/kernels/.
struct Peaks {
  const char* name;

  /// numbers[i] = numbers[i] * factor + addend, in registers, again and again; the first two of the
  /// kPeakNumbers numbers are the factor and the addend.
  size_t operationsOfAStep;
  void (*multiplyAdds)(size_t steps, float* numbers);

  /// The same of integers as multiplyInt16 takes them: two products of 16 bits added to each of the
  /// 32-bit numbers. Null where kernels do without.
  size_t int16OperationsOfAStep;
  void (*addInt16Products)(size_t steps, int32_t* numbers);

  /// Adds count floats, a multiple of kPeakNumbers, to the numbers.
  void (*read)(const float* from, size_t count, float* numbers);
};

/// One table for each instruction set that a build may hold.
extern const Peaks kScalarPeaks;
extern const Peaks kAvx2Peaks;
extern const Peaks kAvx512Peaks;
extern const Peaks kAvx512VnniPeaks;
extern const Peaks kNeonPeaks;
extern const Peaks kNeonI8mmPeaks;

}  // namespace handful
