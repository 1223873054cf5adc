#pragma once

#include <cstddef>

#include "matrix.h"

namespace handful {

/// What every arg-min is decided by: the squared distance that the plain loop over the columns gives in
/// float64. Where both sides have the same scale s that is s^2 times the sum of the squared differences of
/// what is stored, which for bytes is exact; else each element is scaled first. lib/backend/javascript/
/// decides by the same numbers.
double exactSquaredDistance(const Matrix& a, std::size_t aRow, const Matrix& b, std::size_t bRow);

/// The same to a row of floats of scale 1.
double exactSquaredDistance(const Matrix& a, std::size_t aRow, const float* b);

}  // namespace handful
