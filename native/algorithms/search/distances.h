#pragma once

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

enum class Metric { kEuclidean, kSquaredEuclidean, kCosine };

/// Distances of every row of x to every row of y, written to out: x.rows() x y.rows(), row-major.
void pairwiseDistances(Context& context, const Matrix& x, const Matrix& y, Metric metric, float* out);

}  // namespace handful
