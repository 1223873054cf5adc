#pragma once

#include <cstddef>
#include <vector>

#include "context.h"
#include "logistic_regression.h"
#include "matrix.h"
#include "optimizer.h"

namespace handful {

/// Few rows of many columns, turned into as few columns as the rows span.
///
/// The minimum's coefficients lie in the span of the rows. With X = L Q, Q's rows orthonormal, W = V Q has
/// the logits V L' and the length of V: the same problem with the columns of L for features, small enough for
/// float64. L comes from the pivoted Cholesky factorisation of X X' (Higham 2002, section 10.3).
class RowSpace {
 public:
  RowSpace(Context& context, const Matrix& x);

  std::size_t rows() const { return rows_; }
  std::size_t rank() const { return rank_; }
  /// Row i of L: rank() values.
  const double* row(std::size_t i) const { return factor_.data() + i * rank_; }

  /// V times Q: rank() values become x.columns().
  void toColumns(const double* v, double* w) const;
  /// W times Q': the part of x.columns() values that lies in the span.
  void fromColumns(const double* w, double* v) const;

 private:
  const Matrix& x_;
  const std::size_t rows_;
  std::size_t rank_ = 0;
  /// rows x rank; the pivots' rows are lower triangular in the order of the pivots.
  std::vector<double> factor_;
  std::vector<std::size_t> pivots_;
};

/// The objective of LogisticObjective in row space, and its preconditioner, both in float64. A point is
/// nClasses x (rank + 1), the intercept last in each row.
class RowSpaceObjective : public Objective, public Preconditioner {
 public:
  RowSpaceObjective(Context& context, const RowSpace& space, const LogisticRegressionOptions& options);

  std::size_t dimension() const override { return classes_ * width_; }
  double evaluate(const std::vector<double>& point, std::vector<double>& gradient) override;
  /// Every few iterations each class's block of the Hessian, factored.
  bool prepare(std::size_t iteration, const std::vector<double>& point) override;
  void apply(std::vector<double>& gradient) override;

 private:
  double weightOf(std::size_t row) const {
    return options_.sampleWeight.empty() ? 1 : options_.sampleWeight[row];
  }
  /// Writes the logits of a row.
  void logitsOf(const std::vector<double>& point, std::size_t row, double* logits) const;

  Context& context_;
  const RowSpace& space_;
  const LogisticRegressionOptions& options_;
  const std::size_t classes_;
  /// rank + 1.
  const std::size_t width_;
  /// For each class the lower Cholesky factor of its block, width x width.
  std::vector<std::vector<double>> factors_;
};

}  // namespace handful
