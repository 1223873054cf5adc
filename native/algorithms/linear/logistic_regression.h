#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "linear/logistic_problem.h"
#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

struct LogisticRegressionResult {
  std::vector<float> coef;
  std::vector<double> intercept;
  double loss;
  /// Of the columns that were fitted, see RegressionColumns.
  double maxGradient;
  double gap;
  std::size_t nIter;
  std::size_t nPasses;
  bool converged;
  std::string stopReason;
  Solver solver;
};

LogisticRegressionResult fitLogisticRegression(Context& context, const Matrix& x,
                                               const LogisticRegressionOptions& options);

}  // namespace handful
