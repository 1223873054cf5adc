// What the kernels reach of what the processor can do, on one thread, on every instruction set that it has.
// Prints JSON: for each instruction set its measurements, each with the seconds of a run in all rounds.
// With --quick only shows that everything runs.
//
// All measurements take turns, round after round, so that whatever else the machine does meets them alike.
// Counted is the processor's time, not the clock's: others may use the core in between. Before anything is
// timed, all instruction sets must have computed the same.

#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "dispatch.h"
#include "measurement.h"

namespace handful {
namespace {

struct Effort {
  int rounds;
  /// That a measurement takes at least in each.
  double seconds;
};

constexpr Effort kThorough{15, 5e-3}, kQuick{3, 2e-4};

/// How far the answers of two instruction sets may be apart, relatively.
constexpr double kTolerance = 1e-4;

/// A measurement with its times.
struct Timed {
  Measurement measurement;
  /// Runs in a round.
  long repeats = 1;
  /// Of one run, in each round.
  std::vector<double> seconds = {};
};

struct InstructionSet {
  std::string name;
  std::vector<Timed> peaks, kernels;
  /// Of each kernel.
  std::vector<double> answers;
};

const Peaks* peaksOf(const std::string& name) {
  const Peaks* const all[] = {
    &kScalarPeaks,
#if defined(__x86_64__) || defined(_M_X64)
    &kAvx2Peaks,
    &kAvx512Peaks,
    &kAvx512VnniPeaks
#elif defined(__aarch64__) || defined(_M_ARM64)
    &kNeonPeaks,
#ifdef HANDFUL_NEON_I8MM
    &kNeonI8mmPeaks,
#endif
#endif
  };
  for (const Peaks* peaks : all) {
    if (name == peaks->name) return peaks;
  }
  return nullptr;
}

/// Runs each kernel once, for its answer.
std::vector<InstructionSet> everyInstructionSet() {
  std::vector<InstructionSet> sets;
  for (const InstructionSetInfo& info : instructionSets()) {
    if (!info.kernels) continue;
    InstructionSet& set = sets.emplace_back(InstructionSet{info.name, {}, {}, {}});
    for (const Measurement& measurement : measurementsOf(*peaksOf(info.name))) {
      set.peaks.push_back({measurement});
    }
    for (const Measurement& measurement : measurementsOf(*info.kernels)) {
      measurement.run();
      set.kernels.push_back({measurement});
      set.answers.push_back(measurement.answer());
    }
  }
  return sets;
}

/// Whether two instruction sets answer the same where they do the same; says where they do not.
bool agree(const InstructionSet& a, const InstructionSet& b) {
  for (std::size_t i = 0; i < a.kernels.size(); i++) {
    for (std::size_t j = 0; j < b.kernels.size(); j++) {
      const Measurement &one = a.kernels[i].measurement, &other = b.kernels[j].measurement;
      if (one.name != other.name || one.shape != other.shape) continue;
      if (std::abs(a.answers[i] - b.answers[j]) <= kTolerance * std::abs(a.answers[i])) continue;
      std::fprintf(stderr, "%s, %s: %s answers %.9g, %s %.9g\n", one.name.c_str(), one.shape.c_str(),
                   a.name.c_str(), a.answers[i], b.name.c_str(), b.answers[j]);
      return false;
    }
  }
  return true;
}

double secondsOf(const Measurement& measurement, long repeats) {
  const std::clock_t begin = std::clock();
  for (long i = 0; i < repeats; i++) measurement.run();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

void time(std::vector<InstructionSet>& sets, const Effort& effort) {
  std::vector<Timed*> all;
  for (InstructionSet& set : sets) {
    for (Timed& timed : set.peaks) all.push_back(&timed);
    for (Timed& timed : set.kernels) all.push_back(&timed);
  }
  for (Timed* timed : all) {
    while (secondsOf(timed->measurement, timed->repeats) < effort.seconds) timed->repeats *= 2;
  }
  for (int round = 0; round < effort.rounds; round++) {
    for (Timed* timed : all) {
      const double seconds = secondsOf(timed->measurement, timed->repeats);
      timed->seconds.push_back(seconds / static_cast<double>(timed->repeats));
    }
  }
}

const char* unitOf(Peak peak) {
  return peak == Peak::kMultiplyAdds ? "FLOP" : peak == Peak::kInt16Products ? "op" : "B";
}

/// As an array of JSON.
void print(const char* key, const std::vector<Timed>& all) {
  std::printf("  \"%s\": [", key);
  const char* separator = "";
  for (const auto& [measurement, repeats, seconds] : all) {
    std::printf("%s\n    {\"name\": \"%s\", \"shape\": \"%s\", ", separator, measurement.name.c_str(),
                measurement.shape.c_str());
    std::printf("\"peak\": \"%s\", \"work\": %.17g, \"unit\": \"%s\", \"seconds\": [",
                nameOf(measurement.peak), measurement.work, unitOf(measurement.peak));
    for (std::size_t i = 0; i < seconds.size(); i++) std::printf("%s%.4g", i ? ", " : "", seconds[i]);
    std::printf("]}");
    separator = ",";
  }
  std::printf("\n  ]");
}

void print(const std::vector<InstructionSet>& sets) {
  const char* separator = "";
  std::printf("[");
  for (const InstructionSet& set : sets) {
    std::printf("%s{\n  \"instructionSet\": \"%s\",\n", separator, set.name.c_str());
    print("peaks", set.peaks);
    std::printf(",\n");
    print("kernels", set.kernels);
    std::printf("\n}");
    separator = ", ";
  }
  std::printf("]\n");
}

}  // namespace
}  // namespace handful

int main(int count, char** arguments) {
  using namespace handful;
  const bool quick = count > 1 && std::strcmp(arguments[1], "--quick") == 0;
  std::vector<InstructionSet> sets = everyInstructionSet();
  for (const InstructionSet& set : sets) {
    if (!agree(sets.front(), set)) return 1;
  }
  time(sets, quick ? kQuick : kThorough);
  print(sets);
}
