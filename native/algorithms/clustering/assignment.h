#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

struct Assignment {
  /// For each row its nearest centre, ties to the lowest.
  std::vector<std::int32_t> labels;
  /// Sum over the rows of the squared distance to that centre.
  double inertia;
};

/// For each row its nearest centre, ties to the lowest; centers: any number of rows of x.columns() values.
std::vector<std::int32_t> nearestCenters(Context& context, const Matrix& x,
                                         const std::vector<float>& centers);

/// The same with the inertia.
Assignment assign(Context& context, const Matrix& x, const std::vector<float>& centers);

}  // namespace handful
