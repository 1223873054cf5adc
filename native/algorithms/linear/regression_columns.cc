#include "linear/regression_columns.h"

#include <algorithm>
#include <cmath>

#include "matrix/column_statistics.h"

namespace handful {
namespace {

/// Deviations from the mean that zero may lie away from it.
constexpr double kFar = 16;
/// Binary digits that the size of a column may lie away from 1, and the steps in which others are changed:
/// few different penalties are few spaces of rows.
constexpr int kStep = 10;

/// Digits that a gradient is looked at more closely: with those of the default tol, what float64 holds.
constexpr int kMaxEmphasis = 20;

int exponentOf(double size) {
  if (!(size > 0) || !std::isfinite(size)) return 0;
  const int digits = std::ilogb(size);
  if (digits >= -kStep && digits < kStep) return 0;
  return kStep * static_cast<int>(std::floor((digits + kStep / 2) / static_cast<double>(kStep)));
}

}  // namespace

RegressionColumns::RegressionColumns(Context& context, const Matrix& x, double penalty, double weights,
                                     bool fitIntercept)
    : x_(x), centers_(x.columns(), 0.0), penalties_(x.columns(), penalty), exponents_(x.columns(), 0) {
  const ColumnStatistics statistics = columnStatistics(context, x);
  bool isOrdinary = true;
  // In stored units: bytes less an integer are exact.
  std::vector<float> centers(x.columns(), 0.0f);
  for (std::size_t i = 0; i < x.columns(); i++) {
    double mean = statistics.mean[i];
    if (fitIntercept && std::abs(mean) > kFar * statistics.scale[i]) {
      centers[i] = static_cast<float>(mean / x.scale());
      if (x.isBytes()) centers[i] = std::round(centers[i]);
      centers_[i] = centers[i] * x.scale();
      mean -= centers_[i];
    }
    // The penalty is part of the curvature: a column too small to matter beside it stays as it is.
    exponents_[i] = exponentOf(std::sqrt(statistics.variance[i] + mean * mean + penalty / weights));
    penalties_[i] = std::ldexp(penalty, -2 * exponents_[i]);
    isOrdinary = isOrdinary && centers[i] == 0 && exponents_[i] == 0;
  }
  if (isOrdinary) return;

  int unit = 0;
  const double scale = std::frexp(x.scale(), &unit);
  std::vector<float> values(x.rows() * x.columns());
  context.pool.parallelFor(x.rows(), [&](std::size_t row, unsigned) {
    context.job.throwIfCancelled();
    for (std::size_t i = 0; i < x.columns(); i++) {
      const double deviation = static_cast<double>(x.stored(row, i)) - centers[i];
      values[row * x.columns() + i] = static_cast<float>(std::ldexp(deviation, unit - exponents_[i]));
    }
  });
  changed_ = std::make_unique<const Matrix>(values.data(), x.rows(), x.columns(), scale);
}

std::vector<double> RegressionColumns::emphasis() const {
  std::vector<double> result;
  for (const int exponent : exponents_) {
    result.push_back(std::ldexp(1, std::clamp(exponent, 0, kMaxEmphasis)));
  }
  return result;
}

void RegressionColumns::fromMatrix(double* weights) const {
  for (std::size_t i = 0; i < x_.columns(); i++) {
    weights[x_.columns()] += weights[i] * centers_[i];
    weights[i] = std::ldexp(weights[i], exponents_[i]);
  }
}

void RegressionColumns::toMatrix(double* weights) const {
  for (std::size_t i = 0; i < x_.columns(); i++) {
    weights[i] = static_cast<float>(std::ldexp(weights[i], -exponents_[i]));
    weights[x_.columns()] -= weights[i] * centers_[i];
  }
}

}  // namespace handful
