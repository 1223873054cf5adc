#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

struct Neighbors {
  /// Query-major, k for each query, nearest first, ties to the lowest row.
  std::vector<std::int32_t> indices;
  /// Euclidean distances, as the plain loop in float64 gives them.
  std::vector<double> distances;
};

/// The k rows of x nearest to each row of queries; 1 <= k <= x.rows(). Exact.
Neighbors nearest(Context& context, const Matrix& x, const Matrix& queries, std::size_t k);

}  // namespace handful
