#include "logistic_regression.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "dense_objective.h"
#include "gram_preconditioner.h"
#include "logistic_objective.h"
#include "optimizer.h"
#include "row_space.h"

namespace handful {
namespace {

/// Problems with so few elements, and those that row space makes small, are fitted in float64.
constexpr std::size_t kDenseElements = std::size_t{1} << 16;
/// Row space pays for fewer rows than this share of the columns, and at most so many.
constexpr double kRowSpaceShare = 0.5;
constexpr std::size_t kRowSpaceRows = 1024;

double sumOfWeights(const Matrix& x, const LogisticRegressionOptions& options) {
  if (options.sampleWeight.empty()) return static_cast<double>(x.rows());
  return std::accumulate(options.sampleWeight.begin(), options.sampleWeight.end(), 0.0);
}

/// One class only: its probability is 1 whatever the coefficients, and the penalty wants zeros.
LogisticRegressionResult trivial(const Matrix& x, const LogisticRegressionOptions& options) {
  LogisticRegressionResult result{};
  result.coef.assign(x.columns(), 0.0f);
  result.intercept.assign(1, 0.0);
  result.converged = true;
  result.stopReason = "one class leaves nothing to learn";
  result.solver = options.solver;
  return result;
}

LogisticRegressionResult toResult(const LogisticRegressionOptions& options, std::size_t columns,
                                  double weights, const Minimum& minimum) {
  LogisticRegressionResult result{};
  result.loss = minimum.value;
  result.maxGradient = minimum.maxGradient / weights;
  result.gap = minimum.gap;
  result.nIter = minimum.nIter;
  result.nPasses = minimum.nPasses;
  result.converged = minimum.converged;
  result.stopReason = minimum.stopReason;
  result.solver = options.solver;
  for (std::size_t k = 0; k < options.nClasses; k++) {
    const double* weightsOfClass = minimum.point.data() + k * (columns + 1);
    for (std::size_t i = 0; i < columns; i++) result.coef.push_back(static_cast<float>(weightsOfClass[i]));
    result.intercept.push_back(weightsOfClass[columns]);
  }
  return result;
}

/// Minimises with the solver asked for; the preconditioner may be null and serves that solver alone.
Minimum minimize(Context& context, Objective& objective, std::vector<double> start, const StopRule& stop,
                 Solver solver, Preconditioner* preconditioner) {
  if (solver == Solver::kGradientDescent) {
    return minimizeByGradientDescent(context.job, objective, std::move(start), stop);
  }
  return minimizeByLbfgs(context.job, objective, std::move(start), stop,
                         solver == Solver::kPreconditionedLbfgs ? preconditioner : nullptr);
}

Minimum fitDense(Context& context, std::vector<double> features, const LogisticRegressionOptions& options,
                 std::vector<double> start, const StopRule& stop) {
  DenseObjective objective(context, std::move(features), options);
  return minimize(context, objective, std::move(start), stop, options.solver, &objective);
}

std::vector<double> valuesOf(const Matrix& x) {
  std::vector<double> values;
  values.reserve(x.rows() * x.columns());
  for (std::size_t row = 0; row < x.rows(); row++) {
    for (std::size_t column = 0; column < x.columns(); column++) {
      values.push_back(x.stored(row, column) * x.scale());
    }
  }
  return values;
}

Minimum fitInRowSpace(Context& context, const Matrix& x, const LogisticRegressionOptions& options,
                      const std::vector<double>& start, const StopRule& stop) {
  const RowSpace space(context, x);
  const std::size_t columns = x.columns(), rank = space.rank();
  std::vector<double> point(options.nClasses * (rank + 1));
  for (std::size_t k = 0; k < options.nClasses; k++) {
    const double* from = start.data() + k * (columns + 1);
    double* to = point.data() + k * (rank + 1);
    space.fromColumns(from, to);
    to[rank] = from[columns];
  }
  Minimum minimum = fitDense(context, space.features(), options, std::move(point), stop);
  std::vector<double> inColumns(options.nClasses * (columns + 1));
  for (std::size_t k = 0; k < options.nClasses; k++) {
    const double* from = minimum.point.data() + k * (rank + 1);
    double* to = inColumns.data() + k * (columns + 1);
    space.toColumns(from, to);
    to[columns] = from[rank];
  }
  minimum.point = std::move(inColumns);
  return minimum;
}

}  // namespace

void LogisticRegressionOptions::setTargets(std::vector<float> probabilities) {
  targets = std::move(probabilities);
  labels.clear();
  for (auto row = targets.begin(); row != targets.end(); row += static_cast<std::ptrdiff_t>(nClasses)) {
    const auto surest = std::max_element(row, row + static_cast<std::ptrdiff_t>(nClasses));
    labels.push_back(static_cast<std::int32_t>(surest - row));
  }
}

LogisticRegressionResult fitLogisticRegression(Context& context, const Matrix& x,
                                               const LogisticRegressionOptions& options) {
  if (options.nClasses == 1) return trivial(x, options);
  const std::size_t columns = x.columns();
  const double weights = sumOfWeights(x, options);
  const StopRule stop{options.tol * weights, options.maxIter};
  std::vector<double> start =
      options.start.empty() ? std::vector<double>(options.nClasses * (columns + 1)) : options.start;

  // Preconditioned directions stay where the classes' weights sum to zero, so the start must lie there too:
  // the probabilities are the same, the penalty is less.
  if (options.solver == Solver::kPreconditionedLbfgs) projectOnClassSum(start, options.nClasses);
  const auto result = [&](const Minimum& minimum) { return toResult(options, columns, weights, minimum); };

  if (x.rows() <= kRowSpaceRows &&
      static_cast<double>(x.rows()) <= kRowSpaceShare * static_cast<double>(columns)) {
    return result(fitInRowSpace(context, x, options, start, stop));
  }
  if (x.rows() * columns <= kDenseElements && columns <= kRowSpaceRows) {
    return result(fitDense(context, valuesOf(x), options, std::move(start), stop));
  }
  LogisticObjective objective(context, x, options);
  const bool fits = GramPreconditioner::fits(columns, options.nClasses);
  GramPreconditioner preconditioner(context, x, options);
  const Minimum minimum =
      minimize(context, objective, std::move(start), stop, options.solver, fits ? &preconditioner : nullptr);
  LogisticRegressionResult fitted = result(minimum);
  if (options.solver == Solver::kPreconditionedLbfgs && !minimum.preconditioned) {
    fitted.solver = Solver::kLbfgs;
    fitted.stopReason += fits ? "; without preconditioner, which was not positive definite"
                              : "; without preconditioner, which would have taken too much memory";
  }
  return fitted;
}

}  // namespace handful
