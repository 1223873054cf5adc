#include "linear/logistic_objective.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace handful {
namespace {

/// Chunks are what threads share out. Their number depends on the problem alone, so that the sums do too.
constexpr std::size_t kMaxChunks = 32;
constexpr std::size_t kMinChunkRows = 4 * kLogisticTile;
/// Room for the chunks' gradients, in float64 values: 64 MB.
constexpr std::size_t kMaxChunkValues = std::size_t{8} << 20;
/// Rows after which a float gradient goes into its float64 sum.
constexpr std::size_t kFlushRows = 4096;

std::size_t rowsOfChunk(std::size_t rows, std::size_t gradientSize) {
  const std::size_t chunks = std::clamp<std::size_t>(kMaxChunkValues / gradientSize, 1, kMaxChunks);
  const std::size_t least = std::max(kMinChunkRows, (rows + chunks - 1) / chunks);
  return (least + kLogisticTile - 1) / kLogisticTile * kLogisticTile;
}

/// Sum of the losses of count rows of equal weight. One logarithm serves sixteen rows: log1p(a) + log1p(b) is
/// log1p(a + b + a b), which keeps the accuracy of losses far below 1.
double sumOfLosses(const float* others, const float* behind, std::size_t count) {
  double sum = 0;
  for (std::size_t begin = 0; begin < count; begin += 16) {
    double product = 0;
    for (std::size_t i = begin; i < std::min(count, begin + 16); i++) {
      product += others[i] + product * others[i];
      sum += behind[i];
    }
    sum += std::log1p(product);
  }
  return sum;
}

}  // namespace

LogisticObjective::LogisticObjective(Context& context, const Matrix& x,
                                     const LogisticRegressionOptions& options)
    : context_(context),
      x_(x),
      options_(options),
      classes_(options.nClasses),
      chunkRows_(rowsOfChunk(x.rows(), classes_ * x.stride())),
      labels_((x.rows() + kLogisticTile - 1) / kLogisticTile * kLogisticTile, 0.0f),
      logits_(context, x, classes_),
      chunks_((x.rows() + chunkRows_ - 1) / chunkRows_) {
  std::copy(options.labels.begin(), options.labels.end(), labels_.begin());
  if (!options.targets.empty()) layOutTargets();
}

void LogisticObjective::layOutTargets() {
  targets_.assign(labels_.size() * classes_, 0.0f);
  for (std::size_t i = 0; i < x_.rows(); i++) {
    const float* from = options_.targets.data() + i * classes_;
    const std::size_t own = static_cast<std::size_t>(options_.labels[i]), place = i % kLogisticTile;
    float* to = targets_.data() + (i - place) * classes_ + place;
    double left = 1;
    for (std::size_t k = 0; k < classes_; k++) {
      to[k * kLogisticTile] = from[k];
      if (k != own) left -= from[k];
    }
    to[own * kLogisticTile] = static_cast<float>(left);
  }
}

double LogisticObjective::evaluate(const std::vector<double>& point, std::vector<double>& gradient) {
  const std::size_t columns = x_.columns(), row = columns + 1;
  for (std::size_t k = 0; k < classes_; k++) {
    logits_.set(k, point.data() + k * row, point[k * row + columns]);
  }
  std::vector<std::unique_ptr<Scratch>> scratches(context_.pool.threads());
  context_.pool.parallelFor(chunks_.size(), [&](std::size_t chunk, unsigned worker) {
    context_.job.throwIfCancelled();
    if (!scratches[worker]) scratches[worker] = std::make_unique<Scratch>();
    const std::size_t begin = chunk * chunkRows_;
    addChunk(logits_, begin, std::min(x_.rows(), begin + chunkRows_), *scratches[worker], chunks_[chunk]);
  });

  double loss = 0;
  for (const Sums& chunk : chunks_) loss += chunk.loss;
  std::vector<double> penalties(classes_, 0.0);
  context_.pool.parallelFor(classes_, [&](std::size_t k, unsigned) {
    const double* weights = point.data() + k * row;
    double* to = gradient.data() + k * row;
    std::fill_n(to, row, 0.0);
    for (const Sums& chunk : chunks_) {
      const double* from = chunk.gradient.data() + k * x_.stride();
      for (std::size_t i = 0; i < columns; i++) to[i] += from[i];
      to[columns] += chunk.intercept[k];
    }
    for (std::size_t i = 0; i < columns; i++) {
      const double penalty = options_.penalties[i];
      to[i] = x_.scale() * to[i] + penalty * weights[i];
      penalties[k] += 0.5 * penalty * weights[i] * weights[i];
    }
    if (!options_.fitIntercept) to[columns] = 0;
  });
  for (const double part : penalties) loss += part;
  return loss;
}

void LogisticObjective::addChunk(const Logits& logits, std::size_t begin, std::size_t end, Scratch& scratch,
                                 Sums& sums) const {
  const std::size_t gradientSize = classes_ * x_.stride();
  sums.loss = 0;
  sums.gradient.assign(gradientSize, 0.0);
  sums.intercept.assign(classes_, 0.0);
  scratch.logits.resize(classes_ * kLogisticTile);
  scratch.others.resize(kLogisticTile);
  scratch.behind.resize(kLogisticTile);
  scratch.weights.resize(kLogisticTile);
  for (std::size_t first = begin; first < end; first += kFlushRows) {
    scratch.gradient.assign(gradientSize, 0.0f);
    for (std::size_t tile = first; tile < std::min(end, first + kFlushRows); tile += kLogisticTile) {
      sums.loss += addTile(logits, tile, std::min(kLogisticTile, end - tile), scratch, sums);
    }
    for (std::size_t i = 0; i < gradientSize; i++) sums.gradient[i] += scratch.gradient[i];
  }
}

double LogisticObjective::addTile(const Logits& logits, std::size_t begin, std::size_t count,
                                  Scratch& scratch, Sums& sums) const {
  const Kernels& kernels = context_.kernels;
  const std::vector<double>& sampleWeight = options_.sampleWeight;
  // The rows that fill up a tile weigh nothing.
  std::fill(scratch.weights.begin(), scratch.weights.end(), 0.0f);
  for (std::size_t i = 0; i < count; i++) {
    scratch.weights[i] = sampleWeight.empty() ? 1.0f : static_cast<float>(sampleWeight[begin + i]);
  }
  logits.ofTile(begin, count, scratch.logits.data());
  if (targets_.empty()) {
    kernels.residuals(scratch.logits.data(), classes_, labels_.data() + begin, scratch.weights.data(),
                      scratch.others.data(), scratch.behind.data());
  } else {
    kernels.softResiduals(scratch.logits.data(), classes_, labels_.data() + begin,
                          targets_.data() + begin * classes_, scratch.weights.data(), scratch.others.data(),
                          scratch.behind.data());
  }
  for (std::size_t k = 0; k < classes_; k++) {
    const float* residuals = scratch.logits.data() + k * kLogisticTile;
    double sum = 0;
    for (std::size_t i = 0; i < count; i++) sum += residuals[i];
    sums.intercept[k] += sum;
  }
  if (x_.isBytes()) {
    kernels.gradientOfBytes(x_.byteRow(begin), x_.stride(), count, x_.stride(), scratch.logits.data(),
                            classes_, scratch.gradient.data(), x_.stride());
  } else {
    kernels.gradientOfFloats(x_.floatRow(begin), x_.stride(), count, x_.stride(), scratch.logits.data(),
                             classes_, scratch.gradient.data(), x_.stride());
  }
  if (sampleWeight.empty()) return sumOfLosses(scratch.others.data(), scratch.behind.data(), count);
  double loss = 0;
  for (std::size_t i = 0; i < count; i++) {
    const double rowLoss = std::log1p(static_cast<double>(scratch.others[i])) + scratch.behind[i];
    loss += sampleWeight[begin + i] * rowLoss;
  }
  return loss;
}

}  // namespace handful
