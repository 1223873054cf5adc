#include "linear/small_logistic_objective.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linalg/cholesky.h"
#include "linalg/float64.h"

namespace handful {
namespace {

/// Elements of the rows that are summed on their own, and how many such sums there are at most.
constexpr std::size_t kChunkElements = std::size_t{1} << 20, kMaxChunks = 32;

}  // namespace

const double* DoubleRows::row(std::size_t i, std::vector<double>& room) const {
  if (!x_) return values_.data() + i * columns_;
  room.resize(columns_);
  for (std::size_t column = 0; column < columns_; column++) {
    room[column] = x_->stored(i, column) * x_->scale();
  }
  return room.data();
}

SmallLogisticObjective::SmallLogisticObjective(Context& context, DoubleRows features,
                                               const LogisticRegressionOptions& options)
    : context_(context),
      features_(std::move(features)),
      options_(options),
      classes_(options.nClasses),
      rows_(features_.rows()),
      columns_(features_.columns()),
      width_(columns_ + 1) {}

void SmallLogisticObjective::logitsOf(const std::vector<double>& point, const double* row,
                                      double* logits) const {
  for (std::size_t k = 0; k < classes_; k++) {
    const double* weights = point.data() + k * width_;
    logits[k] = dotProduct(weights, row, columns_) + weights[columns_];
  }
}

double SmallLogisticObjective::evaluate(const std::vector<double>& point, std::vector<double>& gradient) {
  const std::size_t chunks = std::clamp<std::size_t>(rows_ * columns_ / kChunkElements, 1, kMaxChunks);
  std::vector<double> losses(chunks);
  std::vector<std::vector<double>> gradients(chunks, std::vector<double>(gradient.size()));
  context_.pool.parallelFor(chunks, [&](std::size_t chunk, unsigned) {
    context_.job.throwIfCancelled();
    losses[chunk] = addRows(point, chunk * rows_ / chunks, (chunk + 1) * rows_ / chunks, gradients[chunk]);
  });
  double loss = 0;
  for (std::size_t k = 0; k < classes_; k++) {
    const double* weights = point.data() + k * width_;
    double* to = gradient.data() + k * width_;
    for (std::size_t column = 0; column < columns_; column++) {
      to[column] = options_.penalties[column] * weights[column];
      loss += 0.5 * to[column] * weights[column];
    }
    to[columns_] = 0;
  }
  for (std::size_t chunk = 0; chunk < chunks; chunk++) {
    loss += losses[chunk];
    addScaled(1, gradients[chunk].data(), gradient.data(), gradient.size());
  }
  return loss;
}

/// Adds the log-losses of some rows to the gradient, and returns their sum.
double SmallLogisticObjective::addRows(const std::vector<double>& point, std::size_t begin, std::size_t end,
                                       std::vector<double>& gradient) const {
  double loss = 0;
  std::vector<double> room;
  std::vector<double> residuals(classes_);
  for (std::size_t i = begin; i < end; i++) {
    const double* row = features_.row(i, room);
    logitsOf(point, row, residuals.data());
    const std::size_t own = static_cast<std::size_t>(options_.labels[i]);
    const std::size_t top =
        static_cast<std::size_t>(std::max_element(residuals.begin(), residuals.end()) - residuals.begin());
    const double largest = residuals[top];
    // The mean distance from the largest logit, under the targets where there are any.
    double ownTarget = 1, behind = 0;
    for (std::size_t k = 0; k < classes_; k++) {
      if (k == own) continue;
      ownTarget -= targetOf(i, k);
      behind += targetOf(i, k) * (largest - residuals[k]);
    }
    behind += ownTarget * (largest - residuals[own]);
    double others = 0;
    for (std::size_t k = 0; k < classes_; k++) {
      residuals[k] = std::exp(residuals[k] - largest);
      if (k != top) others += residuals[k];
    }
    loss += weightOf(i) * (std::log1p(others) + behind);
    // The own class's residual is minus the others', so that it keeps its accuracy however small.
    double otherResiduals = 0;
    for (std::size_t k = 0; k < classes_; k++) {
      residuals[k] = residuals[k] * (weightOf(i) / (1 + others)) - weightOf(i) * targetOf(i, k);
      if (k != own) otherResiduals += residuals[k];
    }
    residuals[own] = -otherResiduals;
    for (std::size_t k = 0; k < classes_; k++) {
      addScaled(residuals[k], row, gradient.data() + k * width_, columns_);
      if (options_.fitIntercept) gradient[k * width_ + columns_] += residuals[k];
    }
  }
  return loss;
}

bool SmallLogisticObjective::prepare(std::size_t iteration, const std::vector<double>& point) {
  constexpr std::size_t kRefresh = 6;
  if (iteration % kRefresh != 0) return true;
  std::vector<double> curvature(classes_ * rows_), logits(classes_), room;
  for (std::size_t i = 0; i < rows_; i++) {
    logitsOf(point, features_.row(i, room), logits.data());
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (double& logit : logits) sum += logit = std::exp(logit - largest);
    for (std::size_t k = 0; k < classes_; k++) {
      const double probability = logits[k] / sum;
      curvature[k * rows_ + i] = weightOf(i) * probability * (1 - probability);
    }
  }
  factors_.assign(classes_, std::vector<double>(width_ * width_));
  std::vector<char> definite(classes_);
  context_.pool.parallelFor(classes_, [&](std::size_t k, unsigned) {
    context_.job.throwIfCancelled();
    std::vector<double>& block = factors_[k];
    double* last = block.data() + columns_ * width_;
    std::vector<double> widened;
    for (std::size_t i = 0; i < rows_; i++) {
      const double weight = curvature[k * rows_ + i];
      const double* row = features_.row(i, widened);
      for (std::size_t column = 0; column < columns_; column++) {
        addScaled(weight * row[column], row, block.data() + column * width_, column + 1);
      }
      if (!options_.fitIntercept) continue;
      addScaled(weight, row, last, columns_);
      last[columns_] += weight;
    }
    if (!options_.fitIntercept) last[columns_] = 1;
    double trace = 0;
    for (std::size_t column = 0; column < width_; column++) trace += block[column * width_ + column];
    const double ridge = 1e-10 * trace / static_cast<double>(width_) + 1e-300;
    for (std::size_t column = 0; column < width_; column++) {
      block[column * width_ + column] += (column < columns_ ? options_.penalties[column] : 0) + ridge;
    }
    definite[k] = factorLower(block, width_);
  });
  return std::find(definite.begin(), definite.end(), 0) == definite.end();
}

void SmallLogisticObjective::apply(std::vector<double>& gradient) {
  projectOnClassSum(gradient, classes_);
  for (std::size_t k = 0; k < classes_; k++) solveLower(factors_[k], width_, gradient.data() + k * width_);
  projectOnClassSum(gradient, classes_);
}

}  // namespace handful
