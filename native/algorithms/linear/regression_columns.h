#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// The columns that a logistic regression is fitted on: those of the matrix, but for columns far from zero,
/// which lose their mean, and columns of very large or very small values, which are divided by a power of
/// two.
///
/// Both are exact: the intercept, which has no penalty, takes up the means, and each column has a penalty of
/// its own. Where no column needs it, nothing is changed.
class RegressionColumns {
 public:
  /// penalty: 1 / C; weights: the sum of the rows' weights.
  RegressionColumns(Context& context, const Matrix& x, double penalty, double weights, bool fitIntercept);

  const Matrix& matrix() const { return changed_ ? *changed_ : x_; }
  /// What each column's squared coefficients are multiplied by, and divided by 2.
  const std::vector<double>& penalties() const { return penalties_; }
  /// What turns each column's gradient into that of the matrix's column, as far as float64 can tell the two
  /// from 0: beside a few huge values the others can matter that seem small.
  std::vector<double> emphasis() const;

  /// One class's coefficients and intercept of the matrix become those of these columns.
  void fromMatrix(double* weights) const;
  /// And back. Coefficients are rounded to floats, and the intercept is the one that goes with them.
  void toMatrix(double* weights) const;

 private:
  const Matrix& x_;
  std::unique_ptr<const Matrix> changed_;
  std::vector<double> centers_, penalties_;
  /// A column is divided by 2 to the power of this.
  std::vector<int> exponents_;
};

}  // namespace handful
