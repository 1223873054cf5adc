#pragma once

#include <cstddef>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// See binding.d.ts.
struct PrincipalComponentsOptions {
  std::size_t nComponents;
  /// Infinity where nComponents alone decides.
  double varianceShare;
  bool standardize;
};

struct PrincipalComponents {
  std::vector<double> mean;
  /// Empty unless standardized.
  std::vector<double> scale;
  /// One row for each.
  std::vector<double> components;
  std::vector<double> explainedVariance;
  double totalVariance;
};

/// The directions in which the rows vary most: eigenvectors of their covariance matrix or, where there are
/// fewer rows than columns, what corresponds to those of the matrix of the rows' products.
PrincipalComponents principalComponents(Context& context, const Matrix& x,
                                        const PrincipalComponentsOptions& options);

}  // namespace handful
