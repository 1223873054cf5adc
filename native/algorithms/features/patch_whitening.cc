#include "features/patch_whitening.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "linalg/cholesky.h"
#include "linalg/float64.h"

namespace handful {
namespace {

/// Rows of the covariance that one task sums, over all vectors in their order: the same bits for any number
/// of threads, and no more than one covariance in memory.
constexpr std::size_t kBand = 8;

std::vector<double> meanOf(const std::vector<float>& rows, std::size_t depth) {
  std::vector<double> mean(depth);
  for (std::size_t begin = 0; begin < rows.size(); begin += depth) {
    for (std::size_t d = 0; d < depth; d++) mean[d] += rows[begin + d];
  }
  for (double& sum : mean) sum /= static_cast<double>(rows.size() / depth);
  return mean;
}

/// The lower triangle of the covariance.
std::vector<double> covarianceOf(Context& context, const std::vector<float>& rows,
                                 const std::vector<double>& mean) {
  const std::size_t depth = mean.size();
  const double count = static_cast<double>(rows.size() / depth);
  std::vector<double> covariance(depth * depth);
  const std::size_t tasks = (depth + kBand - 1) / kBand;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t first = task * kBand, end = std::min(depth, first + kBand);
    std::vector<double> deviations(end);
    for (std::size_t begin = 0; begin < rows.size(); begin += depth) {
      for (std::size_t d = 0; d < end; d++) deviations[d] = rows[begin + d] - mean[d];
      for (std::size_t i = first; i < end; i++) {
        addScaled(deviations[i], deviations.data(), covariance.data() + i * depth, i + 1);
      }
    }
    for (std::size_t i = first; i < end; i++) {
      for (std::size_t j = 0; j <= i; j++) covariance[i * depth + j] /= count;
    }
    context.job.reportFrom(worker, "whiten", task, tasks);
  });
  return covariance;
}

/// The inverse of a lower triangular matrix.
std::vector<double> inverseOf(const std::vector<double>& lower, std::size_t order) {
  std::vector<double> inverse(order * order);
  for (std::size_t i = 0; i < order; i++) {
    const double* row = lower.data() + i * order;
    double* to = inverse.data() + i * order;
    for (std::size_t k = 0; k < i; k++) addScaled(-row[k], inverse.data() + k * order, to, k + 1);
    to[i] = 1;
    for (std::size_t j = 0; j <= i; j++) to[j] /= row[i];
  }
  return inverse;
}

}  // namespace

PatchWhitening learnWhitening(Context& context, const std::vector<float>& rows, std::size_t depth,
                              double epsilon) {
  std::vector<double> mean = meanOf(rows, depth);
  std::vector<double> covariance = covarianceOf(context, rows, mean);
  for (std::size_t d = 0; d < depth; d++) covariance[d * depth + d] += epsilon;
  if (!factorLower(covariance, depth)) {
    throw std::invalid_argument(
        "Expected whiteningEpsilon large enough to make the patches' covariance "
        "positive definite but received " +
        std::to_string(epsilon) + ": raise it");
  }
  return {std::move(mean), inverseOf(covariance, depth)};
}

void whiten(const PatchWhitening& whitening, const float* vector, double* whitened) {
  const std::size_t depth = whitening.mean.size();
  std::vector<double> deviations(depth);
  for (std::size_t d = 0; d < depth; d++) deviations[d] = vector[d] - whitening.mean[d];
  for (std::size_t i = 0; i < depth; i++) {
    whitened[i] = dotProduct(whitening.matrix.data() + i * depth, deviations.data(), i + 1);
  }
}

void whiten(Context& context, const PatchWhitening& whitening, std::vector<float>& rows) {
  constexpr std::size_t kTaskRows = 1024;
  const std::size_t depth = whitening.mean.size(), count = rows.size() / depth;
  context.pool.parallelFor((count + kTaskRows - 1) / kTaskRows, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    std::vector<double> whitened(depth);
    for (std::size_t row = task * kTaskRows; row < std::min(count, (task + 1) * kTaskRows); row++) {
      whiten(whitening, rows.data() + row * depth, whitened.data());
      std::copy(whitened.begin(), whitened.end(), rows.data() + row * depth);
    }
  });
}

}  // namespace handful
