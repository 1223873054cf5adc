#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handful {

enum class Solver { kPreconditionedLbfgs, kLbfgs, kGradientDescent };

struct LogisticRegressionOptions {
  std::size_t nClasses;
  /// For each row its class, 0 … nClasses - 1; the most probable one where there are targets.
  std::vector<std::int32_t> labels;
  /// For each row the probabilities of its classes, rows x nClasses; empty where the labels are all there is.
  std::vector<float> targets;
  /// For each row its weight; empty for all 1.
  std::vector<double> sampleWeight;
  /// Infinity for no penalty.
  double C;
  /// For each column 1 / C in its own units: a fit fills this in, see RegressionColumns.
  std::vector<double> penalties;
  /// For each column what its gradient is multiplied by before it is compared to tol, likewise.
  std::vector<double> emphasis;
  bool fitIntercept;
  Solver solver;
  std::size_t maxIter;
  double tol;
  /// Empty for zeros; else nClasses x (columns + 1), the intercept last in each row.
  std::vector<double> start;

  /// Sets targets, and the labels to match. What a row's label is to have is what its other classes leave of
  /// 1, so that rounding lets no row ask for more or less than its whole.
  void setTargets(std::vector<float> probabilities);
};

}  // namespace handful
