#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "dispatch.h"
#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

/// The instruction sets of this build, those that are emulated included.
inline std::vector<InstructionSetInfo> testedInstructionSets() {
  std::vector<InstructionSetInfo> sets = instructionSets();
#ifdef HANDFUL_EMULATE_AVX512
  for (InstructionSetInfo& set : sets) {
    for (const Kernels* kernels : {&kAvx512Kernels, &avx512VnniKernels()}) {
      if (set.name == kernels->name) set.kernels = kernels;
    }
  }
#endif
  return sets;
}

/// Runs a check with the kernels of each supported instruction set.
template <typename Check>
void onEachInstructionSet(Check check) {
  for (const InstructionSetInfo& set : testedInstructionSets()) {
    if (!set.kernels) continue;
    INFO("instruction set: ", set.name);
    check(*set.kernels);
  }
}

/// Everything an algorithm runs with.
struct Run {
  explicit Run(const Kernels& kernels, unsigned threads = 2) : pool(threads), context{kernels, pool, job} {}

  ThreadPool pool;
  Job job;
  Context context;
};

/// A seeded state, as NumPy's init_genrand makes it.
inline RandomState seeded(std::uint32_t seed) {
  std::vector<std::uint32_t> words(RandomState::kWords);
  words[0] = seed;
  for (std::uint32_t i = 1; i < 624; i++) words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
  words[624] = 624;
  return RandomState(words.data());
}

/// Rows around a few centres, as bytes with a scale or as floats.
inline Matrix blobs(std::size_t rows, std::size_t columns, bool bytes, std::uint32_t seed,
                    std::size_t centers = 5) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> middle(centers * columns);
  for (double& value : middle) value = 128 + 40 * normal(engine);
  std::vector<std::uint8_t> byteData(rows * columns);
  std::vector<float> floatData(rows * columns);
  for (std::size_t i = 0; i < rows; i++) {
    const std::size_t center = engine() % centers;
    for (std::size_t j = 0; j < columns; j++) {
      const double value = middle[center * columns + j] + 15 * normal(engine);
      byteData[i * columns + j] = static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
      floatData[i * columns + j] = static_cast<float>(value / 255);
    }
  }
  if (bytes) return Matrix(byteData.data(), rows, columns, 1 / 255.0);
  return Matrix(floatData.data(), rows, columns, 1.0);
}

/// Rows of floats without a scale.
inline Matrix floats(const std::vector<float>& values, std::size_t columns) {
  return Matrix(values.data(), values.size() / columns, columns, 1.0);
}

inline double valueOf(const Matrix& matrix, std::size_t row, std::size_t column) {
  return matrix.stored(row, column) * matrix.scale();
}

/// The plain loop: what every search must agree with, to the last bit of every decision.
inline double plainSquaredDistance(const Matrix& x, std::size_t row, const Matrix& queries,
                                   std::size_t query) {
  double sum = 0;
  const bool sameScale = x.scale() == queries.scale();
  for (std::size_t c = 0; c < x.columns(); c++) {
    const double difference = sameScale ? static_cast<double>(x.stored(row, c)) - queries.stored(query, c)
                                        : valueOf(x, row, c) - valueOf(queries, query, c);
    sum += difference * difference;
  }
  return sameScale ? x.scale() * x.scale() * sum : sum;
}

}  // namespace handful
