#pragma once

#include <cstddef>
#include <vector>

#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// Some eigenvalues of a symmetric matrix, the largest first, and for each a row with its eigenvector.
struct Eigenpairs {
  std::vector<double> values;
  AlignedVector<double> vectors;
};

/// The `count` largest eigenvalues of a symmetric matrix (order x order, both halves), in float64, by
/// Householder's reduction to a tridiagonal matrix and the implicit QL method (Golub & Van Loan 2013, section
/// 8.3). Overwrites the matrix. Work: about 7 order^3 multiplications.
Eigenpairs symmetricEigen(Context& context, AlignedVector<double>& matrix, std::size_t order,
                          std::size_t count);

}  // namespace handful
