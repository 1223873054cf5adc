#pragma once

#include <cstddef>
#include <cstdint>

namespace handful {

/// Sum of the products of equal elements, in four sums of a fixed order: fast and repeatable.
inline double dotProduct(const double* a, const double* b, std::size_t count) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::size_t lane = 0; lane < 4; lane++) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < count; i++) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// Sum of (a[i] * aScale - b[i])^2, in the same way.
inline double squaredDistance(const float* a, double aScale, const float* b, std::size_t count) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::size_t lane = 0; lane < 4; lane++) {
      const double difference = a[i + lane] * aScale - b[i + lane];
      sums[lane] += difference * difference;
    }
  }
  for (; i < count; i++) {
    const double difference = a[i] * aScale - b[i];
    sums[0] += difference * difference;
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// Halves away from zero: in place, where std::lrint is a call.
inline std::int32_t nearestInteger(double value) {
  return static_cast<std::int32_t>(value + (value < 0 ? -0.5 : 0.5));
}

/// y[i] += factor * x[i].
inline void addScaled(double factor, const double* x, double* y, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) y[i] += factor * x[i];
}

}  // namespace handful
