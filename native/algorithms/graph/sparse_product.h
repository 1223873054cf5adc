#pragma once

#include "matrix/matrix.h"
#include "matrix/sparse_rows.h"
#include "runtime/context.h"

namespace handful {

/// Writes the product of the graph's matrix and x to out: x.rows() x x.columns(), row-major.
void sparseProduct(Context& context, const SparseRows& graph, const Matrix& x, float* out);

}  // namespace handful
