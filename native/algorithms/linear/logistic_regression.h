#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "linear/logistic_problem.h"
#include "linear/optimizer.h"
#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// See `withoutPreconditioner` of binding.d.ts.
enum class PreconditionerFailure { kNotPositiveDefinite, kTooLarge };

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
  StopReason stopReason;
  /// What became of a preconditioner that did not serve to the end.
  std::optional<PreconditionerFailure> withoutPreconditioner;
  Solver solver;
};

LogisticRegressionResult fitLogisticRegression(Context& context, const Matrix& x,
                                               const LogisticRegressionOptions& options);

}  // namespace handful
