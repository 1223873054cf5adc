#pragma once

#include <cstddef>

#include "matrix/matrix.h"

namespace handful {

/// What every arg-min is decided by: the squared distance that the plain loop over the columns gives in
/// float64. Where both sides have the same scale s that is s^2 times the sum of the squared differences of
/// what is stored, which for bytes is exact; else each element is scaled first. lib/backend/javascript/
/// decides by the same numbers.
double exactSquaredDistance(const Matrix& a, std::size_t aRow, const Matrix& b, std::size_t bRow);

/// Bound on the plain loop's own rounding, in the units of the lengths given, for rows of lengths |a| and
/// |b|. With v = 2^-53: scaling both elements and taking their difference errs by 2 v (|a_i| + |b_i|), which
/// changes the sum of the squares by at most 4 v (|a| + |b|)^2 (Cauchy and Schwarz); squaring rounds once
/// more, adding up n squares takes each through n - 1 roundings, and who filters in other units has rounded
/// twice to get there: less than n + 8 in all. A filter that is to agree with the loop must leave room for
/// it; it matters where one row is far longer than what tells others apart.
inline double exactDistanceError(std::size_t columns, double aNorm, double bNorm) {
  return static_cast<double>(columns + 8) * 0x1p-53 * (aNorm + bNorm) * (aNorm + bNorm);
}

/// Whether floats could sum that squared distance without overflow, and without losing digits to underflow.
inline bool floatsHold(double squaredDistance) {
  return squaredDistance >= 0x1p-80 && squaredDistance <= 0x1p120;
}

/// The exact squared distance to a row of floats of scale 1.
double exactSquaredDistance(const Matrix& a, std::size_t aRow, const float* b);

}  // namespace handful
