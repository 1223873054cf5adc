#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// What moving centres and measuring inertia need to know of labelled rows, in float64 and in value units.
struct ClusterSums {
  /// nClusters x columns: the sum of each cluster's rows.
  std::vector<double> sums;
  /// Rows of each cluster.
  std::vector<double> counts;
  /// Sum of the squared lengths of all the rows.
  double squaredNorms = 0;

  /// Sum of the squared distances of the rows to their clusters' centres: |x|^2 - 2 x.c + |c|^2, summed over
  /// a cluster before it is multiplied out. Costs one pass over the centres instead of one over the rows, and
  /// does not depend on which kernels assigned the rows.
  double inertia(const std::vector<float>& centers) const;
};

/// Sums count labelled rows: the given rows of x, or its first ones where rows is null.
ClusterSums sumClusters(Context& context, const Matrix& x, const std::int32_t* rows, std::size_t count,
                        const std::int32_t* labels, std::size_t nClusters);

/// The same inertia of all rows of x, where nothing else is wanted of them. Bytes are summed by cluster; of
/// floats, whose sums cost more than their distances, each row's distance is taken, accurate to a float.
double inertiaOf(Context& context, const Matrix& x, const std::vector<std::int32_t>& labels,
                 const std::vector<float>& centers);

/// Mean over the columns of the variance of their values: what scikit-learn multiplies k-means's `tol` by.
double meanColumnVariance(Context& context, const Matrix& x);

}  // namespace handful
