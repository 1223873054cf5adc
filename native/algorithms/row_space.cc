#include "row_space.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace handful {
namespace {

double dotOf(const double* a, const double* b, std::size_t count) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::size_t lane = 0; lane < 4; lane++) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < count; i++) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void addScaled(double factor, const double* x, double* y, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) y[i] += factor * x[i];
}

/// Cholesky factorisation in place of a symmetric matrix whose lower triangle is given.
bool factorLower(std::vector<double>& matrix, std::size_t order) {
  for (std::size_t i = 0; i < order; i++) {
    double* row = matrix.data() + i * order;
    for (std::size_t j = 0; j <= i; j++) {
      const double rest = row[j] - dotOf(row, matrix.data() + j * order, j);
      if (i == j && !(rest > 0)) return false;
      row[j] = i == j ? std::sqrt(rest) : rest / matrix[j * order + j];
    }
  }
  return true;
}

void solveLower(const std::vector<double>& factor, std::size_t order, double* b) {
  for (std::size_t i = 0; i < order; i++) {
    const double* row = factor.data() + i * order;
    b[i] = (b[i] - dotOf(row, b, i)) / row[i];
  }
  for (std::size_t i = order; i-- > 0;) {
    const double* row = factor.data() + i * order;
    b[i] /= row[i];
    addScaled(-b[i], row, b, i);
  }
}

}  // namespace

RowSpace::RowSpace(Context& context, const Matrix& x) : x_(x), rows_(x.rows()) {
  const std::size_t columns = x.columns(), n = rows_;
  std::vector<double> values(n * columns), gram(n * n);
  for (std::size_t i = 0; i < n; i++) {
    for (std::size_t column = 0; column < columns; column++) {
      values[i * columns + column] = x.stored(i, column) * x.scale();
    }
  }
  context.pool.parallelFor(n, [&](std::size_t i, unsigned) {
    context.job.throwIfCancelled();
    for (std::size_t j = 0; j <= i; j++) {
      gram[i * n + j] = dotOf(values.data() + i * columns, values.data() + j * columns, columns);
    }
  });
  for (std::size_t i = 0; i < n; i++) {
    for (std::size_t j = i + 1; j < n; j++) gram[i * n + j] = gram[j * n + i];
  }

  // Column by column of L: the row with the largest part outside the span so far is the next pivot.
  std::vector<double> outside(n);
  for (std::size_t i = 0; i < n; i++) outside[i] = gram[i * n + i];
  const double negligible = 1e-13 * *std::max_element(outside.begin(), outside.end());
  std::vector<double> factor(n * n);
  while (rank_ < n) {
    const std::size_t pivot =
        static_cast<std::size_t>(std::max_element(outside.begin(), outside.end()) - outside.begin());
    if (outside[pivot] <= negligible) break;
    const double diagonal = std::sqrt(outside[pivot]);
    for (std::size_t i = 0; i < n; i++) {
      const double rest =
          gram[i * n + pivot] - dotOf(factor.data() + i * n, factor.data() + pivot * n, rank_);
      factor[i * n + rank_] = rest / diagonal;
    }
    factor[pivot * n + rank_] = diagonal;
    for (const std::size_t before : pivots_) factor[before * n + rank_] = 0;
    for (std::size_t i = 0; i < n; i++) outside[i] -= factor[i * n + rank_] * factor[i * n + rank_];
    outside[pivot] = 0;
    pivots_.push_back(pivot);
    rank_++;
  }
  factor_.resize(n * rank_);
  for (std::size_t i = 0; i < n; i++) std::copy_n(factor.data() + i * n, rank_, factor_.data() + i * rank_);
}

// The pivots' rows of X = L Q are X_p = T Q with T triangular, so Q = T^-1 X_p: V Q = (T'^-1 V) X_p, and
// W Q' = T^-1 (X_p W).

void RowSpace::toColumns(const double* v, double* w) const {
  std::vector<double> u(v, v + rank_);
  for (std::size_t i = rank_; i-- > 0;) {
    const double* row = factor_.data() + pivots_[i] * rank_;
    u[i] /= row[i];
    addScaled(-u[i], row, u.data(), i);
  }
  std::fill_n(w, x_.columns(), 0.0);
  for (std::size_t i = 0; i < rank_; i++) {
    for (std::size_t column = 0; column < x_.columns(); column++) {
      w[column] += u[i] * x_.stored(pivots_[i], column) * x_.scale();
    }
  }
}

void RowSpace::fromColumns(const double* w, double* v) const {
  for (std::size_t i = 0; i < rank_; i++) {
    double product = 0;
    for (std::size_t column = 0; column < x_.columns(); column++) {
      product += w[column] * x_.stored(pivots_[i], column) * x_.scale();
    }
    const double* row = factor_.data() + pivots_[i] * rank_;
    v[i] = (product - dotOf(row, v, i)) / row[i];
  }
}

RowSpaceObjective::RowSpaceObjective(Context& context, const RowSpace& space,
                                     const LogisticRegressionOptions& options)
    : context_(context),
      space_(space),
      options_(options),
      classes_(options.nClasses),
      width_(space.rank() + 1) {}

void RowSpaceObjective::logitsOf(const std::vector<double>& point, std::size_t row, double* logits) const {
  for (std::size_t k = 0; k < classes_; k++) {
    const double* weights = point.data() + k * width_;
    logits[k] = dotOf(weights, space_.row(row), space_.rank()) + weights[space_.rank()];
  }
}

double RowSpaceObjective::evaluate(const std::vector<double>& point, std::vector<double>& gradient) {
  const std::size_t rank = space_.rank();
  const double penalty = 1 / options_.C;
  double loss = 0;
  for (std::size_t k = 0; k < classes_; k++) {
    const double* weights = point.data() + k * width_;
    double* to = gradient.data() + k * width_;
    for (std::size_t i = 0; i < rank; i++) to[i] = penalty * weights[i];
    to[rank] = 0;
    loss += 0.5 * penalty * dotOf(weights, weights, rank);
  }
  std::vector<double> residuals(classes_);
  for (std::size_t row = 0; row < space_.rows(); row++) {
    logitsOf(point, row, residuals.data());
    const std::size_t own = static_cast<std::size_t>(options_.labels[row]);
    const std::size_t top =
        static_cast<std::size_t>(std::max_element(residuals.begin(), residuals.end()) - residuals.begin());
    const double largest = residuals[top], behind = largest - residuals[own];
    double others = 0;
    for (std::size_t k = 0; k < classes_; k++) {
      residuals[k] = std::exp(residuals[k] - largest);
      if (k != top) others += residuals[k];
    }
    loss += weightOf(row) * (std::log1p(others) + behind);
    // The own class's residual is minus the others', so that it keeps its accuracy however small.
    double otherResiduals = 0;
    for (std::size_t k = 0; k < classes_; k++) {
      residuals[k] *= weightOf(row) / (1 + others);
      if (k != own) otherResiduals += residuals[k];
    }
    residuals[own] = -otherResiduals;
    for (std::size_t k = 0; k < classes_; k++) {
      addScaled(residuals[k], space_.row(row), gradient.data() + k * width_, rank);
      if (options_.fitIntercept) gradient[k * width_ + rank] += residuals[k];
    }
  }
  return loss;
}

bool RowSpaceObjective::prepare(std::size_t iteration, const std::vector<double>& point) {
  constexpr std::size_t kRefresh = 6;
  if (iteration % kRefresh != 0) return true;
  const std::size_t rank = space_.rank(), rows = space_.rows();
  std::vector<double> curvature(classes_ * rows), logits(classes_);
  for (std::size_t row = 0; row < rows; row++) {
    logitsOf(point, row, logits.data());
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (double& logit : logits) sum += logit = std::exp(logit - largest);
    for (std::size_t k = 0; k < classes_; k++) {
      const double probability = logits[k] / sum;
      curvature[k * rows + row] = weightOf(row) * probability * (1 - probability);
    }
  }
  factors_.assign(classes_, std::vector<double>(width_ * width_));
  std::vector<char> definite(classes_);
  context_.pool.parallelFor(classes_, [&](std::size_t k, unsigned) {
    context_.job.throwIfCancelled();
    std::vector<double>& block = factors_[k];
    double trace = 0;
    for (std::size_t row = 0; row < rows; row++) {
      const double weight = curvature[k * rows + row];
      const double* features = space_.row(row);
      for (std::size_t i = 0; i < rank; i++) {
        addScaled(weight * features[i], features, block.data() + i * width_, i + 1);
      }
      if (!options_.fitIntercept) continue;
      double* last = block.data() + rank * width_;
      addScaled(weight, features, last, rank);
      last[rank] += weight;
    }
    if (!options_.fitIntercept) block[rank * width_ + rank] = 1;
    for (std::size_t i = 0; i < width_; i++) trace += block[i * width_ + i];
    const double trifle = 1e-10 * trace / static_cast<double>(width_) + 1e-300;
    for (std::size_t i = 0; i < width_; i++) {
      block[i * width_ + i] += (i < rank ? 1 / options_.C : 0) + trifle;
    }
    definite[k] = factorLower(block, width_);
  });
  return std::find(definite.begin(), definite.end(), 0) == definite.end();
}

void RowSpaceObjective::apply(std::vector<double>& gradient) {
  projectOnClassSum(gradient, classes_);
  for (std::size_t k = 0; k < classes_; k++) solveLower(factors_[k], width_, gradient.data() + k * width_);
  projectOnClassSum(gradient, classes_);
}

}  // namespace handful
