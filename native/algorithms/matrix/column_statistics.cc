#include "matrix/column_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "matrix/row_tile.h"

namespace handful {
namespace {

/// Elements of the rows that are passed over twice: they stay in the second-level cache.
constexpr std::size_t kBlockElements = std::size_t{1} << 16;
/// Parts that are joined at the end, whatever the number of threads.
constexpr std::size_t kParts = 32;

/// Of some rows, in the units they are stored in.
struct Moments {
  double count = 0;
  std::vector<double> means, squares;
};

void join(Moments& all, const Moments& more) {
  const double count = all.count + more.count;
  for (std::size_t column = 0; column < all.means.size(); column++) {
    const double difference = more.means[column] - all.means[column];
    all.means[column] += difference * (more.count / count);
    all.squares[column] += more.squares[column] + difference * difference * (all.count * more.count / count);
  }
  all.count = count;
}

/// Moments of `count` rows of floats that lie `stride` apart.
void measure(const float* rows, std::size_t stride, std::size_t count, Moments& moments) {
  const std::size_t columns = moments.means.size();
  moments.count = static_cast<double>(count);
  std::fill(moments.means.begin(), moments.means.end(), 0.0);
  std::fill(moments.squares.begin(), moments.squares.end(), 0.0);
  for (std::size_t r = 0; r < count; r++) {
    const float* row = rows + r * stride;
    for (std::size_t column = 0; column < columns; column++) moments.means[column] += row[column];
  }
  for (double& mean : moments.means) mean /= moments.count;
  for (std::size_t r = 0; r < count; r++) {
    const float* row = rows + r * stride;
    for (std::size_t column = 0; column < columns; column++) {
      const double deviation = row[column] - moments.means[column];
      moments.squares[column] += deviation * deviation;
    }
  }
}

/// Whether a variance is what rounding leaves of a constant: scikit-learn's test, after the error bound of
/// the two-pass algorithm (Chan, Golub & LeVeque 1983).
bool isConstant(double mean, double variance, double rows) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const double rounding = rows * mean * kEpsilon;
  return variance <= rows * kEpsilon * variance + rounding * rounding;
}

}  // namespace

ColumnStatistics columnStatistics(Context& context, const Matrix& x) {
  const std::size_t columns = x.columns(), rows = x.rows();
  const std::size_t blockRows = std::max<std::size_t>(1, kBlockElements / x.stride());
  const std::size_t blocks = (rows + blockRows - 1) / blockRows, parts = std::min(blocks, kParts);
  const Moments none{0, std::vector<double>(columns), std::vector<double>(columns)};
  std::vector<Moments> moments(parts, none);
  context.pool.parallelFor(parts, [&](std::size_t part, unsigned worker) {
    RowTile tile(context.kernels, x, blockRows);
    Moments block = none;
    for (std::size_t b = part * blocks / parts; b < (part + 1) * blocks / parts; b++) {
      context.job.reportFrom(worker, "statistics", part, parts);
      const std::size_t begin = b * blockRows, count = std::min(blockRows, rows - begin);
      measure(tile.floats(begin, count), x.stride(), count, block);
      join(moments[part], block);
    }
  });
  for (std::size_t part = 1; part < parts; part++) join(moments[0], moments[part]);

  ColumnStatistics result{std::move(moments[0].means), std::move(moments[0].squares),
                          std::vector<double>(columns, 1.0)};
  for (std::size_t column = 0; column < columns; column++) {
    double& mean = result.mean[column];
    double& variance = result.variance[column];
    mean *= x.scale();
    variance *= x.scale() * x.scale() / static_cast<double>(rows);
    if (!isConstant(mean, variance, static_cast<double>(rows))) result.scale[column] = std::sqrt(variance);
  }
  return result;
}

}  // namespace handful
