#pragma once

#include <cstddef>
#include <vector>

#include "runtime/context.h"

namespace handful {

/// Few rows of many columns, turned into as few columns as the rows span.
///
/// The minimum's coefficients lie in the span of the rows. With X = L Q, Q's rows orthonormal, W = V Q has
/// the logits V L' and the length of V: the same problem with the columns of L for features, small enough for
/// float64. The Cholesky factorisation of X X' (Higham 2002, section 10.3) finds them as long as its pivots,
/// which are squares, keep their digits. Rows that lie closer to the span of the others are orthogonalised
/// themselves, by Gram and Schmidt, each three times (Giraud, Langou & Rozloznik 2005).
class RowSpace {
 public:
  /// values: rows of equally many columns, row-major.
  RowSpace(Context& context, std::vector<double> values, std::size_t rows);

  /// Columns of L: the dimension of the span.
  std::size_t rank() const { return rank_; }
  /// L: one row of rank() values for each row.
  const double* features(std::size_t row) const { return factor_.data() + row * rows_; }

  /// V times Q: rank() values become as many as there are columns.
  void toColumns(const double* v, double* w) const;
  /// W times Q': the part of a value a column that lies in the span.
  void fromColumns(const double* w, double* v) const;

 private:
  void factorByPivots(Context& context);
  void formBasis(Context& context, const std::vector<std::size_t>& pivots);
  void orthogonalize(Context& context, std::vector<std::size_t> left);
  /// Takes what lies in the span so far off a row, and adds it to the row's features.
  void removeSpan(std::size_t row);

  const std::size_t rows_, columns_;
  std::size_t rank_ = 0;
  /// X; of rows that are orthogonalised themselves, what is left of them.
  std::vector<double> values_;
  /// L, rows_ apart.
  std::vector<double> factor_;
  /// Q.
  std::vector<double> basis_;
};

}  // namespace handful
