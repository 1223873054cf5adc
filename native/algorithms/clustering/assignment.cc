#include "clustering/assignment.h"

#include "clustering/cluster_sums.h"
#include "search/center_index.h"

namespace handful {

std::vector<std::int32_t> nearestCenters(Context& context, const Matrix& x,
                                         const std::vector<float>& centers) {
  std::vector<std::int32_t> labels(x.rows());
  CenterIndex(context, x, centers).label(nullptr, x.rows(), labels.data(), "assign");
  return labels;
}

Assignment assign(Context& context, const Matrix& x, const std::vector<float>& centers) {
  Assignment result{nearestCenters(context, x, centers), 0};
  result.inertia = inertiaOf(context, x, result.labels, centers);
  return result;
}

}  // namespace handful
