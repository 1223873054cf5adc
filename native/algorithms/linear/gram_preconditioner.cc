#include "linear/gram_preconditioner.h"

#include <algorithm>
#include <cmath>

#include "linear/logits.h"
#include "matrix/row_tile.h"

namespace handful {
namespace {

constexpr std::size_t kSampleRows = 4000;
/// Iterations before which each class gets a Gram matrix of its own.
constexpr std::size_t kFirstRefresh = 8, kSecondRefresh = 22;
/// Sampled rows that one matrix product takes: a slice of a panel stays in the first-level cache.
constexpr std::size_t kDepth = 128;
/// Panels of a Gram matrix that one task computes: what is on their left comes from memory once for all.
constexpr std::size_t kGroup = 4;
constexpr std::size_t kMaxBytes = std::size_t{512} << 20;

/// A random number in [0, 1) that belongs to a row and a class: which thread asks makes no difference
/// (the finaliser of splitmix64, Steele et al. 2014).
double uniformOf(std::size_t row, std::size_t k) {
  std::uint64_t word = (static_cast<std::uint64_t>(k) << 40 ^ row) * 0x9e3779b97f4a7c15;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  word ^= word >> 31;
  return static_cast<double>(word >> 11) * 0x1p-53;
}

/// The threshold t for which sum of min(1, w / t) is kSampleRows: keeping row i with that probability, as if
/// it weighed max(w, t), leaves the weighted Gram matrix unchanged in the mean.
double thresholdOf(const std::vector<float>& weights) {
  double low = 1e-12, high = *std::max_element(weights.begin(), weights.end()) * 2 + 1e-12;
  for (int halving = 0; halving < 20; halving++) {
    const double middle = std::sqrt(low * high);
    double expected = 0;
    for (const float weight : weights) expected += std::min(1.0, weight / middle);
    (expected > static_cast<double>(kSampleRows) ? low : high) = middle;
  }
  return high;
}

}  // namespace

GramPreconditioner::GramPreconditioner(Context& context, const Matrix& x,
                                       const LogisticRegressionOptions& options)
    : context_(context), x_(x), options_(options), classes_(options.nClasses) {}

bool GramPreconditioner::fits(std::size_t columns, std::size_t classes) {
  return columns <= 8192 && classes * columns * columns * sizeof(float) <= kMaxBytes;
}

bool GramPreconditioner::prepare(std::size_t iteration, const std::vector<double>& point) {
  if (factors_.empty()) return prepareShared();
  // A minimisation that goes on from another's end begins with the probabilities there.
  if (iteration == 0 || iteration == kFirstRefresh || iteration == kSecondRefresh)
    return prepareClasses(point);
  return true;
}

bool GramPreconditioner::prepareShared() {
  const std::size_t rows = x_.rows(), count = std::min(rows, kSampleRows);
  Sample sample;
  const double weight = 0.09 * static_cast<double>(rows) / static_cast<double>(count);
  for (std::size_t i = 0; i < count; i++) {
    const std::size_t row = i * rows / count;
    sample.rows.push_back(static_cast<std::int32_t>(row));
    const double sampleWeight = options_.sampleWeight.empty() ? 1 : options_.sampleWeight[row];
    sample.weights.push_back(static_cast<float>(weight * sampleWeight));
  }
  factors_.emplace_back(context_.kernels, x_.columns() + 1);
  fillGram(sample, factors_[0]);
  return factors_[0].factor();
}

bool GramPreconditioner::prepareClasses(const std::vector<double>& point) {
  const std::size_t columns = x_.columns();
  Logits logits(context_, x_, classes_);
  for (std::size_t k = 0; k < classes_; k++) {
    logits.set(k, point.data() + k * (columns + 1), point[k * (columns + 1) + columns]);
  }
  const std::vector<float> probabilities = logits.probabilities(context_);
  std::vector<Sample> samples(classes_);
  context_.pool.parallelFor(classes_, [&](std::size_t k, unsigned) {
    context_.job.throwIfCancelled();
    samples[k] = sampleClass(k, probabilities.data() + k * x_.rows());
  });
  factors_.reserve(classes_);
  while (factors_.size() < classes_) factors_.emplace_back(context_.kernels, columns + 1);
  for (std::size_t k = 0; k < classes_; k++) fillGram(samples[k], factors_[k]);
  std::vector<char> definite(classes_);
  context_.pool.parallelFor(classes_, [&](std::size_t k, unsigned) { definite[k] = factors_[k].factor(); });
  return std::find(definite.begin(), definite.end(), 0) == definite.end();
}

GramPreconditioner::Sample GramPreconditioner::sampleClass(std::size_t k, const float* probabilities) const {
  const std::size_t rows = x_.rows();
  std::vector<float> weights(rows);
  for (std::size_t i = 0; i < rows; i++) {
    const float sampleWeight =
        options_.sampleWeight.empty() ? 1.0f : static_cast<float>(options_.sampleWeight[i]);
    weights[i] = sampleWeight * probabilities[i] * (1 - probabilities[i]);
  }
  const double threshold = rows <= kSampleRows ? 0 : thresholdOf(weights);
  Sample sample;
  for (std::size_t i = 0; i < rows; i++) {
    if (weights[i] < threshold && uniformOf(i, k) * threshold > weights[i]) continue;
    sample.rows.push_back(static_cast<std::int32_t>(i));
    sample.weights.push_back(std::max(weights[i], static_cast<float>(threshold)));
  }
  return sample;
}

void GramPreconditioner::fillGram(const Sample& sample, UpperMatrix& gram) {
  const std::size_t stride = gram.stride(), count = sample.rows.size();
  const std::size_t width = context_.kernels.panelWidth, panels = stride / width;
  pack(sample, stride);
  const std::size_t groups = (panels + kGroup - 1) / kGroup;
  context_.pool.parallelFor(groups, [&](std::size_t task, unsigned) {
    context_.job.throwIfCancelled();
    // The last panels have the most products: they come first, so that threads end together.
    const std::size_t first = (groups - 1 - task) * kGroup, end = std::min(panels, first + kGroup);
    // Side by side, where rows of the matrix would each be a cache line far from the last.
    const std::size_t held = end * width * width;
    AlignedVector<float> products((end - first) * held);
    for (std::size_t begin = 0; begin < count; begin += kDepth) {
      const std::size_t depth = std::min(kDepth, count - begin);
      const auto slice = [&](std::size_t panel) { return packed_.data() + (panel * count + begin) * width; };
      for (std::size_t left = 0; left < end; left++) {
        for (std::size_t right = std::max(left, first); right < end; right++) {
          context_.kernels.multiply(slice(left), 1, width, width, slice(right), depth,
                                    products.data() + (right - first) * held + left * width * width, width,
                                    begin > 0);
        }
      }
    }
    for (std::size_t right = first; right < end; right++) {
      for (std::size_t r = 0; r < std::min(gram.order(), (right + 1) * width); r++) {
        std::copy_n(products.data() + (right - first) * held + r * width, width, gram.row(r) + right * width);
      }
    }
  });
  regularize(gram);
}

void GramPreconditioner::pack(const Sample& sample, std::size_t stride) {
  constexpr std::size_t kTaskRows = 64;
  const std::size_t columns = x_.columns(), count = sample.rows.size(), width = context_.kernels.panelWidth;
  packed_.resize(count * stride);
  context_.pool.parallelFor((count + kTaskRows - 1) / kTaskRows, [&](std::size_t task, unsigned) {
    context_.job.throwIfCancelled();
    RowTile tile(context_.kernels, x_, 1);
    AlignedVector<float> weighted(stride, 0.0f);
    for (std::size_t i = task * kTaskRows; i < std::min(count, (task + 1) * kTaskRows); i++) {
      const float* row = tile.floats(&sample.rows[i], 1);
      const float root = std::sqrt(sample.weights[i]), factor = root * static_cast<float>(x_.scale());
      for (std::size_t column = 0; column < columns; column++) weighted[column] = factor * row[column];
      if (options_.fitIntercept) weighted[columns] = root;
      for (std::size_t panel = 0; panel < stride / width; panel++) {
        std::copy_n(weighted.data() + panel * width, width, packed_.data() + (panel * count + i) * width);
      }
    }
  });
}

void GramPreconditioner::regularize(UpperMatrix& gram) const {
  const std::size_t columns = x_.columns();
  // A ridge on the diagonal keeps columns of zeros, and sums that floats have rounded, positive definite.
  double trace = 0;
  for (std::size_t i = 0; i < gram.order(); i++) trace += gram.row(i)[i];
  const double ridge = 1e-6 * trace / static_cast<double>(gram.order()) + 1e-12;
  for (std::size_t i = 0; i < columns; i++)
    gram.row(i)[i] += static_cast<float>(options_.penalties[i] + ridge);
  gram.row(columns)[columns] += static_cast<float>(options_.fitIntercept ? ridge : 1.0);
}

void GramPreconditioner::apply(std::vector<double>& gradient) {
  projectOnClassSum(gradient, classes_);
  const double largest = maxAbsolute(gradient);
  if (largest == 0) return;
  const std::size_t row = x_.columns() + 1;
  context_.pool.parallelFor(classes_, [&](std::size_t k, unsigned) {
    // Brought near 1, so that no float underflows however small the gradient.
    std::vector<float> solution(row);
    for (std::size_t i = 0; i < row; i++) solution[i] = static_cast<float>(gradient[k * row + i] / largest);
    (factors_.size() == 1 ? factors_[0] : factors_[k]).solve(solution.data());
    for (std::size_t i = 0; i < row; i++) gradient[k * row + i] = solution[i] * largest;
  });
  projectOnClassSum(gradient, classes_);
}

}  // namespace handful
