#pragma once

#include <cstddef>
#include <vector>

#include "context.h"
#include "logistic_regression.h"
#include "optimizer.h"

namespace handful {

/// The objective of LogisticObjective for small problems, and its preconditioner, all in float64: a minimum
/// to the last digits, which sums of floats do not reach. A point is nClasses x (columns + 1), the intercept
/// last in each row.
class DenseObjective : public Objective, public Preconditioner {
 public:
  /// features: options.labels.size() rows of equally many columns.
  DenseObjective(Context& context, std::vector<double> features, const LogisticRegressionOptions& options);

  std::size_t dimension() const override { return classes_ * width_; }
  double evaluate(const std::vector<double>& point, std::vector<double>& gradient) override;
  /// Every few iterations each class's block of the Hessian, factored.
  bool prepare(std::size_t iteration, const std::vector<double>& point) override;
  void apply(std::vector<double>& gradient) override;

 private:
  const double* row(std::size_t i) const { return features_.data() + i * columns_; }
  double weightOf(std::size_t i) const {
    return options_.sampleWeight.empty() ? 1 : options_.sampleWeight[i];
  }
  /// What a class other than the row's label is to have.
  double targetOf(std::size_t i, std::size_t k) const {
    return options_.targets.empty() ? 0 : options_.targets[i * classes_ + k];
  }
  /// Writes the logits of a row.
  void logitsOf(const std::vector<double>& point, std::size_t i, double* logits) const;

  Context& context_;
  const std::vector<double> features_;
  const LogisticRegressionOptions& options_;
  const std::size_t classes_, rows_, columns_;
  /// columns + 1.
  const std::size_t width_;
  /// For each class the lower Cholesky factor of its block, width x width.
  std::vector<std::vector<double>> factors_;
};

}  // namespace handful
