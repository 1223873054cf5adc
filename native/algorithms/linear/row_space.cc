#include "linear/row_space.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linalg/float64.h"

namespace handful {
namespace {

/// Pivots below this share of the largest have lost half their digits.
constexpr double kSurePivot = 1e-8;
/// The share of a row's length below which nothing but rounding is left of it.
constexpr double kRounding = 1e-13;
/// Columns of the basis that one task computes.
constexpr std::size_t kTaskColumns = 256;

}  // namespace

RowSpace::RowSpace(Context& context, std::vector<double> values, std::size_t rows)
    : rows_(rows), columns_(values.size() / rows), values_(std::move(values)), factor_(rows * rows) {
  factorByPivots(context);
}

void RowSpace::factorByPivots(Context& context) {
  const std::size_t n = rows_;
  std::vector<double> gram(n * n);
  context.pool.parallelFor(n, [&](std::size_t i, unsigned) {
    context.job.throwIfCancelled();
    for (std::size_t j = 0; j <= i; j++) {
      gram[i * n + j] = dotProduct(values_.data() + i * columns_, values_.data() + j * columns_, columns_);
    }
  });
  for (std::size_t i = 0; i < n; i++) {
    for (std::size_t j = i + 1; j < n; j++) gram[i * n + j] = gram[j * n + i];
  }

  // Column by column of L: the row with the largest part outside the span so far is the next pivot.
  std::vector<std::size_t> pivots;
  std::vector<double> outside(n);
  for (std::size_t i = 0; i < n; i++) outside[i] = gram[i * n + i];
  const double least = kSurePivot * *std::max_element(outside.begin(), outside.end());
  while (rank_ < n) {
    const std::size_t pivot =
        static_cast<std::size_t>(std::max_element(outside.begin(), outside.end()) - outside.begin());
    if (outside[pivot] <= least) break;
    const double diagonal = std::sqrt(outside[pivot]);
    for (std::size_t i = 0; i < n; i++) {
      const double rest =
          gram[i * n + pivot] - dotProduct(factor_.data() + i * n, factor_.data() + pivot * n, rank_);
      factor_[i * n + rank_] = rest / diagonal;
    }
    factor_[pivot * n + rank_] = diagonal;
    for (const std::size_t before : pivots) factor_[before * n + rank_] = 0;
    for (std::size_t i = 0; i < n; i++) outside[i] -= factor_[i * n + rank_] * factor_[i * n + rank_];
    outside[pivot] = 0;
    pivots.push_back(pivot);
    rank_++;
  }
  formBasis(context, pivots);
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < n; i++) {
    if (std::find(pivots.begin(), pivots.end(), i) == pivots.end()) left.push_back(i);
  }
  orthogonalize(context, std::move(left));
}

/// The pivots' rows of X = L Q are X_p = T Q with T triangular, so Q = T^-1 X_p.
void RowSpace::formBasis(Context& context, const std::vector<std::size_t>& pivots) {
  basis_.resize(rank_ * columns_);
  context.pool.parallelFor((columns_ + kTaskColumns - 1) / kTaskColumns, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    const std::size_t begin = task * kTaskColumns, count = std::min(kTaskColumns, columns_ - begin);
    for (std::size_t i = 0; i < rank_; i++) {
      const double* features = factor_.data() + pivots[i] * rows_;
      double* to = basis_.data() + i * columns_ + begin;
      std::copy_n(values_.data() + pivots[i] * columns_ + begin, count, to);
      for (std::size_t j = 0; j < i; j++) {
        addScaled(-features[j], basis_.data() + j * columns_ + begin, to, count);
      }
      for (std::size_t column = 0; column < count; column++) to[column] /= features[i];
    }
  });
}

void RowSpace::orthogonalize(Context& context, std::vector<std::size_t> left) {
  const auto lengthOf = [&](std::size_t row) {
    const double* values = values_.data() + row * columns_;
    return std::sqrt(dotProduct(values, values, columns_));
  };
  std::vector<double> lengths(rows_);
  context.pool.parallelFor(left.size(), [&](std::size_t i, unsigned) {
    context.job.throwIfCancelled();
    lengths[left[i]] = lengthOf(left[i]);
    std::fill_n(factor_.data() + left[i] * rows_, rows_, 0.0);
    for (int time = 0; time < 2; time++) removeSpan(left[i]);
  });
  while (!left.empty()) {
    context.job.throwIfCancelled();
    const auto share = [&](std::size_t row) { return lengths[row] > 0 ? lengthOf(row) / lengths[row] : 0; };
    std::vector<double> shares(left.size());
    for (std::size_t i = 0; i < left.size(); i++) shares[i] = share(left[i]);
    const auto most = std::max_element(shares.begin(), shares.end());
    if (*most <= kRounding) return;
    const std::size_t next = left[static_cast<std::size_t>(most - shares.begin())];
    left.erase(left.begin() + (most - shares.begin()));
    removeSpan(next);
    const double length = lengthOf(next);
    const double* values = values_.data() + next * columns_;
    for (std::size_t column = 0; column < columns_; column++) basis_.push_back(values[column] / length);
    factor_[next * rows_ + rank_] = length;
    const double* direction = basis_.data() + rank_ * columns_;
    context.pool.parallelFor(left.size(), [&](std::size_t i, unsigned) {
      double* row = values_.data() + left[i] * columns_;
      for (int time = 0; time < 2; time++) {
        const double part = dotProduct(row, direction, columns_);
        factor_[left[i] * rows_ + rank_] += part;
        addScaled(-part, direction, row, columns_);
      }
    });
    rank_++;
  }
}

void RowSpace::removeSpan(std::size_t row) {
  double* values = values_.data() + row * columns_;
  for (std::size_t i = 0; i < rank_; i++) {
    const double* direction = basis_.data() + i * columns_;
    const double part = dotProduct(values, direction, columns_);
    factor_[row * rows_ + i] += part;
    addScaled(-part, direction, values, columns_);
  }
}

void RowSpace::toColumns(const double* v, double* w) const {
  std::fill_n(w, columns_, 0.0);
  for (std::size_t i = 0; i < rank_; i++) addScaled(v[i], basis_.data() + i * columns_, w, columns_);
}

void RowSpace::fromColumns(const double* w, double* v) const {
  for (std::size_t i = 0; i < rank_; i++) v[i] = dotProduct(basis_.data() + i * columns_, w, columns_);
}

}  // namespace handful
