#include "linear/logistic_regression.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "linear/gradient_descent.h"
#include "linear/gram_preconditioner.h"
#include "linear/lbfgs.h"
#include "linear/logistic_objective.h"
#include "linear/regression_columns.h"
#include "linear/row_space.h"
#include "linear/small_logistic_objective.h"

namespace handful {
namespace {

/// Problems with so few elements, and those that row space makes small, are fitted in float64.
constexpr std::size_t kSmallElements = std::size_t{1} << 16;
/// Row space pays for fewer rows than this share of the columns, and at most so many.
constexpr double kRowSpaceShare = 0.5;
constexpr std::size_t kRowSpaceRows = 1024;

/// Weights between these need no other unit: floats hold them, and what they multiply.
constexpr int kUnitDigits = 20;
/// A penalty beside which nothing that floats hold is felt.
constexpr double kMaxPenalty = 0x1p400;

/// Rows of weight 0 are no rows: their values must not matter, not even to what columns are scaled by.
std::vector<std::int32_t> weightyRows(const std::vector<double>& sampleWeight) {
  std::vector<std::int32_t> rows;
  for (std::size_t i = 0; i < sampleWeight.size(); i++) {
    if (sampleWeight[i] > 0) rows.push_back(static_cast<std::int32_t>(i));
  }
  return rows;
}

LogisticRegressionOptions takeRows(const LogisticRegressionOptions& options,
                                   const std::vector<std::int32_t>& rows) {
  LogisticRegressionOptions taken = options;
  taken.labels.clear();
  taken.targets.clear();
  taken.sampleWeight.clear();
  for (const std::int32_t row : rows) {
    const std::size_t i = static_cast<std::size_t>(row);
    taken.labels.push_back(options.labels[i]);
    taken.sampleWeight.push_back(options.sampleWeight[i]);
    if (options.targets.empty()) continue;
    const auto from = options.targets.begin() + static_cast<std::ptrdiff_t>(i * options.nClasses);
    taken.targets.insert(taken.targets.end(), from, from + static_cast<std::ptrdiff_t>(options.nClasses));
  }
  return taken;
}

/// The power of two that brings weights near 1; 0 where they are.
int unitOf(const std::vector<double>& sampleWeight) {
  const int digits = std::ilogb(*std::max_element(sampleWeight.begin(), sampleWeight.end()));
  return std::abs(digits) <= kUnitDigits ? 0 : digits;
}

/// One class only: its probability is 1 whatever the coefficients, and the penalty wants zeros.
LogisticRegressionResult trivial(const Matrix& x, const LogisticRegressionOptions& options) {
  LogisticRegressionResult result{};
  result.coef.assign(x.columns(), 0.0f);
  result.intercept.assign(1, 0.0);
  result.converged = true;
  result.stopReason = StopReason::kOneClass;
  result.solver = options.solver;
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

/// Few rows as points of the spaces that they span: one for the columns of each penalty.
class RowSpaces {
 public:
  RowSpaces(Context& context, const Matrix& x, const std::vector<double>& penalties) : rows_(x.rows()) {
    std::map<double, std::vector<std::size_t>> columnsOf;
    for (std::size_t i = 0; i < x.columns(); i++) columnsOf[penalties[i]].push_back(i);
    for (auto& [penalty, columns] : columnsOf) {
      std::vector<double> values;
      values.reserve(rows_ * columns.size());
      for (std::size_t row = 0; row < rows_; row++) {
        for (const std::size_t i : columns) values.push_back(x.stored(row, i) * x.scale());
      }
      parts_.push_back({std::move(columns), RowSpace(context, std::move(values), rows_)});
      penalties_.insert(penalties_.end(), parts_.back().space.rank(), penalty);
    }
  }

  std::size_t rank() const { return penalties_.size(); }
  const std::vector<double>& penalties() const { return penalties_; }

  DoubleRows features() const {
    std::vector<double> features;
    features.reserve(rows_ * rank());
    for (std::size_t row = 0; row < rows_; row++) {
      for (const auto& [columns, space] : parts_) {
        features.insert(features.end(), space.features(row), space.features(row) + space.rank());
      }
    }
    return {std::move(features), rows_};
  }

  /// A point of the spaces' features as one of the columns.
  std::vector<double> toColumns(const std::vector<double>& point) const {
    const std::size_t width = rank() + 1;
    std::vector<double> result, part;
    for (const double* from = point.data(); from < point.data() + point.size(); from += width) {
      std::vector<double> weights(widthOfColumns());
      const double* v = from;
      for (const auto& [columns, space] : parts_) {
        part.resize(columns.size());
        space.toColumns(v, part.data());
        for (std::size_t i = 0; i < columns.size(); i++) weights[columns[i]] = part[i];
        v += space.rank();
      }
      weights.back() = from[rank()];
      result.insert(result.end(), weights.begin(), weights.end());
    }
    return result;
  }

  std::vector<double> fromColumns(const std::vector<double>& point) const {
    const std::size_t width = widthOfColumns();
    std::vector<double> result, part, v;
    for (const double* from = point.data(); from < point.data() + point.size(); from += width) {
      for (const auto& [columns, space] : parts_) {
        part.clear();
        for (const std::size_t i : columns) part.push_back(from[i]);
        v.resize(space.rank());
        space.fromColumns(part.data(), v.data());
        result.insert(result.end(), v.begin(), v.end());
      }
      result.push_back(from[width - 1]);
    }
    return result;
  }

 private:
  struct Part {
    std::vector<std::size_t> columns;
    RowSpace space;
  };

  std::size_t widthOfColumns() const {
    std::size_t width = 1;
    for (const Part& part : parts_) width += part.columns.size();
    return width;
  }

  const std::size_t rows_;
  std::vector<Part> parts_;
  std::vector<double> penalties_;
};

/// The objective in row space. That the gradient is within the bound is believed of the columns' alone.
class RowSpaceObjective : public SmallLogisticObjective {
 public:
  RowSpaceObjective(Context& context, const RowSpaces& spaces, const LogisticRegressionOptions& inSpaces,
                    const Matrix& x, const LogisticRegressionOptions& inColumns)
      : SmallLogisticObjective(context, spaces.features(), inSpaces),
        spaces_(spaces),
        columns_(context, DoubleRows(x), inColumns) {}

  double maxGradient(const std::vector<double>& point, const std::vector<double>& gradient,
                     double bound) override {
    const double inSpaces = maxAbsolute(gradient);
    if (inSpaces > bound) return inSpaces;
    const std::vector<double> there = spaces_.toColumns(point);
    std::vector<double> inColumns(columns_.dimension());
    columns_.evaluate(there, inColumns);
    return columns_.maxGradient(there, inColumns, bound);
  }

 private:
  const RowSpaces& spaces_;
  SmallLogisticObjective columns_;
};

Minimum fitInRowSpaces(Context& context, const RowSpaces& spaces, const Matrix& x,
                       const LogisticRegressionOptions& options, const std::vector<double>& start,
                       const StopRule& stop) {
  LogisticRegressionOptions inSpaces = options;
  inSpaces.penalties = spaces.penalties();
  RowSpaceObjective objective(context, spaces, inSpaces, x, options);
  Minimum minimum = minimize(context, objective, spaces.fromColumns(start), stop, options.solver, &objective);
  minimum.point = spaces.toColumns(minimum.point);
  return minimum;
}

Minimum fitInFloats(Context& context, const Matrix& x, const LogisticRegressionOptions& options,
                    std::vector<double> start, const StopRule& stop) {
  const bool fits = GramPreconditioner::fits(x.columns(), options.nClasses);
  GramPreconditioner preconditioner(context, x, options);
  LogisticObjective objective(context, x, options);
  Minimum minimum =
      minimize(context, objective, std::move(start), stop, options.solver, fits ? &preconditioner : nullptr);
  if (!minimum.converged && minimum.nIter < stop.maxIter) {
    // It is the rounding of floats that ended it: the last steps are float64's.
    SmallLogisticObjective exact(context, DoubleRows(x), options);
    Minimum rest =
        minimize(context, exact, std::move(minimum.point), {stop.maxGradient, stop.maxIter - minimum.nIter},
                 options.solver, minimum.preconditioned ? &preconditioner : nullptr);
    if (std::isnan(rest.gap)) rest.gap = minimum.gap;
    rest.nIter += minimum.nIter;
    rest.nPasses += minimum.nPasses;
    minimum = std::move(rest);
  }
  minimum.preconditionerTooLarge = !fits;
  return minimum;
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

/// With the way that suits the shape.
Minimum fitColumns(Context& context, const Matrix& x, const LogisticRegressionOptions& options,
                   std::vector<double> start, const StopRule& stop) {
  const std::size_t columns = x.columns();
  if (x.rows() <= kRowSpaceRows &&
      static_cast<double>(x.rows()) <= kRowSpaceShare * static_cast<double>(columns)) {
    const RowSpaces spaces(context, x, options.penalties);
    // Columns of many sizes make many spaces.
    if (spaces.rank() <= 2 * kRowSpaceRows) {
      return fitInRowSpaces(context, spaces, x, options, start, stop);
    }
  }
  if (x.rows() * columns <= kSmallElements && columns <= kRowSpaceRows) {
    SmallLogisticObjective objective(context, DoubleRows(valuesOf(x), x.rows()), options);
    return minimize(context, objective, std::move(start), stop, options.solver, &objective);
  }
  return fitInFloats(context, x, options, std::move(start), stop);
}

}  // namespace

LogisticRegressionResult fitLogisticRegression(Context& context, const Matrix& x,
                                               const LogisticRegressionOptions& options) {
  if (options.nClasses == 1) return trivial(x, options);
  const std::vector<std::int32_t> kept = weightyRows(options.sampleWeight);
  if (kept.size() < options.sampleWeight.size() && !kept.empty()) {
    return fitLogisticRegression(context, *x.take(kept.data(), kept.size()), takeRows(options, kept));
  }
  const int unit = kept.empty() ? 0 : unitOf(options.sampleWeight);
  LogisticRegressionOptions problem = options;
  for (double& weight : problem.sampleWeight) weight = std::ldexp(weight, -unit);
  const double weights = problem.sampleWeight.empty()
                             ? static_cast<double>(x.rows())
                             : std::accumulate(problem.sampleWeight.begin(), problem.sampleWeight.end(), 0.0);
  const double penalty = std::min(std::ldexp(1 / options.C, -unit), kMaxPenalty);
  const RegressionColumns fitted(context, x, penalty, weights, options.fitIntercept);
  problem.penalties = fitted.penalties();
  problem.emphasis = fitted.emphasis();

  const std::size_t classes = options.nClasses, columns = x.columns(), width = columns + 1;
  std::vector<double> start = options.start.empty() ? std::vector<double>(classes * width) : options.start;
  for (std::size_t k = 0; k < classes; k++) fitted.fromMatrix(start.data() + k * width);
  // Preconditioned directions stay where the classes' weights sum to zero, so the start must lie there too:
  // the probabilities are the same, the penalty is less.
  if (options.solver == Solver::kPreconditionedLbfgs) projectOnClassSum(start, classes);
  const StopRule stop{options.tol * weights, options.maxIter};
  Minimum minimum = fitColumns(context, fitted.matrix(), problem, std::move(start), stop);

  LogisticRegressionResult result{};
  result.loss = std::ldexp(minimum.value, unit);
  result.maxGradient = minimum.maxGradient / weights;
  result.gap = minimum.gap;
  result.nIter = minimum.nIter;
  result.nPasses = minimum.nPasses;
  result.converged = minimum.converged;
  result.stopReason = minimum.stopReason;
  result.solver = options.solver;
  if (options.solver == Solver::kPreconditionedLbfgs && !minimum.preconditioned) {
    result.solver = Solver::kLbfgs;
    result.withoutPreconditioner = minimum.preconditionerTooLarge
                                       ? PreconditionerFailure::kTooLarge
                                       : PreconditionerFailure::kNotPositiveDefinite;
  }
  for (std::size_t k = 0; k < classes; k++) {
    double* ofClass = minimum.point.data() + k * width;
    fitted.toMatrix(ofClass);
    for (std::size_t i = 0; i < columns; i++) result.coef.push_back(static_cast<float>(ofClass[i]));
    result.intercept.push_back(ofClass[columns]);
  }
  return result;
}

}  // namespace handful
