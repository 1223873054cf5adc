#pragma once

#include <cstddef>
#include <vector>

#include "context.h"
#include "matrix.h"

namespace handful {

/// Few rows of many columns, turned into as few columns as the rows span.
///
/// The minimum's coefficients lie in the span of the rows. With X = L Q, Q's rows orthonormal, W = V Q has
/// the logits V L' and the length of V: the same problem with the columns of L for features, small enough for
/// float64. L comes from the pivoted Cholesky factorisation of X X' (Higham 2002, section 10.3).
class RowSpace {
 public:
  RowSpace(Context& context, const Matrix& x);

  /// Columns of L: the dimension of the span.
  std::size_t rank() const { return rank_; }
  /// L: x.rows() x rank().
  const std::vector<double>& features() const { return factor_; }

  /// V times Q: rank() values become x.columns().
  void toColumns(const double* v, double* w) const;
  /// W times Q': the part of x.columns() values that lies in the span.
  void fromColumns(const double* w, double* v) const;

 private:
  const Matrix& x_;
  std::size_t rank_ = 0;
  /// rows x rank; the pivots' rows are lower triangular in the order of the pivots.
  std::vector<double> factor_;
  std::vector<std::size_t> pivots_;
};

}  // namespace handful
