#include "row_space.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "float64.h"

namespace handful {
RowSpace::RowSpace(Context& context, const Matrix& x) : x_(x) {
  const std::size_t columns = x.columns(), n = x.rows();
  std::vector<double> values(n * columns), gram(n * n);
  for (std::size_t i = 0; i < n; i++) {
    for (std::size_t column = 0; column < columns; column++) {
      values[i * columns + column] = x.stored(i, column) * x.scale();
    }
  }
  context.pool.parallelFor(n, [&](std::size_t i, unsigned) {
    context.job.throwIfCancelled();
    for (std::size_t j = 0; j <= i; j++) {
      gram[i * n + j] = dotProduct(values.data() + i * columns, values.data() + j * columns, columns);
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
          gram[i * n + pivot] - dotProduct(factor.data() + i * n, factor.data() + pivot * n, rank_);
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
    v[i] = (product - dotProduct(row, v, i)) / row[i];
  }
}

}  // namespace handful
