#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "linear/logistic_problem.h"
#include "linear/optimizer.h"
#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// Rows in float64: values of their own, or those of a matrix, which are widened a row at a time.
class DoubleRows {
 public:
  /// values: `rows` rows of equally many columns.
  DoubleRows(std::vector<double> values, std::size_t rows)
      : values_(std::move(values)), rows_(rows), columns_(values_.size() / rows) {}
  explicit DoubleRows(const Matrix& x) : x_(&x), rows_(x.rows()), columns_(x.columns()) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  /// Row i, which lies in `room` where it had to be widened.
  const double* row(std::size_t i, std::vector<double>& room) const;

 private:
  const Matrix* x_ = nullptr;
  const std::vector<double> values_;
  const std::size_t rows_, columns_;
};

/// The objective of LogisticObjective, and its preconditioner for small problems, all in float64: a minimum
/// to the last digits, which sums of floats do not reach. A point is nClasses x (columns + 1), the intercept
/// last in each row.
class SmallLogisticObjective : public Objective, public Preconditioner {
 public:
  SmallLogisticObjective(Context& context, DoubleRows features, const LogisticRegressionOptions& options);

  std::size_t dimension() const override { return classes_ * width_; }
  double evaluate(const std::vector<double>& point, std::vector<double>& gradient) override;
  double maxGradient(const std::vector<double>&, const std::vector<double>& gradient, double) override {
    return maxAbsolute(gradient, options_.emphasis);
  }
  /// Every few iterations each class's block of the Hessian, factored.
  bool prepare(std::size_t iteration, const std::vector<double>& point) override;
  void apply(std::vector<double>& gradient) override;

 private:
  double addRows(const std::vector<double>& point, std::size_t begin, std::size_t end,
                 std::vector<double>& gradient) const;
  double weightOf(std::size_t i) const {
    return options_.sampleWeight.empty() ? 1 : options_.sampleWeight[i];
  }
  /// What a class other than the row's label is to have.
  double targetOf(std::size_t i, std::size_t k) const {
    return options_.targets.empty() ? 0 : options_.targets[i * classes_ + k];
  }
  /// Writes the logits of a row.
  void logitsOf(const std::vector<double>& point, const double* row, double* logits) const;

  Context& context_;
  const DoubleRows features_;
  const LogisticRegressionOptions& options_;
  const std::size_t classes_, rows_, columns_;
  /// columns + 1.
  const std::size_t width_;
  /// For each class the lower Cholesky factor of its block, width x width.
  std::vector<std::vector<double>> factors_;
};

}  // namespace handful
