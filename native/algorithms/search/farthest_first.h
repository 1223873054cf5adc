#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

struct FarthestRows {
  /// The rows chosen, in order.
  std::vector<std::int32_t> indices;
  /// The Euclidean distance of each to the nearest row chosen before it: never growing.
  std::vector<double> distances;
};

/// Chooses `count` rows of x, one after the other, each the farthest from all chosen before it, ties to the
/// lowest. chosen: the row or rows to start from, which are not chosen again.
FarthestRows farthestFirst(Context& context, const Matrix& x, const std::vector<std::int32_t>& chosen,
                           std::size_t count);

}  // namespace handful
