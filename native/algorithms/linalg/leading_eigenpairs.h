#pragma once

#include <cstddef>
#include <vector>

#include "linalg/symmetric_eigen.h"
#include "runtime/context.h"

namespace handful {

/// How many eigenpairs are wanted: `count`, or fewer where the largest of them already sum up to more than
/// `sum`.
struct WantedEigenpairs {
  std::size_t count;
  double sum;

  /// How many of these eigenvalues, the largest first, that is.
  std::size_t among(const std::vector<double>& values) const;
};

/// The wanted eigenpairs of a symmetric positive semi-definite matrix (order x order, both halves), which
/// is overwritten: by symmetricEigen, or, of a large matrix where few are wanted, by a block Krylov method
/// that multiplies with it some dozen times. Then each pair satisfies |A v - value v| <= 1e-6 value (or
/// rounding, 1e-13 of the largest value, where that is more), measured in float64.
Eigenpairs leadingEigenpairs(Context& context, AlignedVector<double>& matrix, std::size_t order,
                             const WantedEigenpairs& wanted);

}  // namespace handful
