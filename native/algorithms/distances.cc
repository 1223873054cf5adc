#include "distances.h"

#include <algorithm>
#include <cmath>

#include "aligned.h"
#include "row_tile.h"

namespace handful {
namespace {

constexpr std::size_t kRows = 32;

/// Rows as floats, each multiplied by a factor of its own: what the metric wants to take differences of.
void scaledRows(const Context& context, const Matrix& matrix, std::size_t begin, std::size_t count,
                Metric metric, double unit, float* to) {
  RowTile tile(context.kernels, matrix, count);
  const float* stored = tile.rows(begin, count);
  for (std::size_t r = 0; r < count; r++) {
    double factor = matrix.scale() / unit;
    if (metric == Metric::kCosine) {
      const double norm = std::sqrt(matrix.squaredNorms()[begin + r]);
      factor = norm > 0 ? 1 / norm : 0;
    }
    const float* from = stored + r * tile.stride();
    float* row = to + r * tile.stride();
    for (std::size_t column = 0; column < tile.stride(); column++) {
      row[column] = static_cast<float>(from[column] * factor);
    }
  }
}

}  // namespace

// Differences are taken before anything is squared: |x|^2 - 2 x.y + |y|^2 would be twice as fast, but loses all digits
// where x and y are nearly equal. The cosine distance is half the squared distance of the rows brought to length
// 1 (a row of zeros is at distance 1 from all others, as scikit-learn has it), for the same reason.
void pairwiseDistances(Context& context, const Matrix& x, const Matrix& y, Metric metric, float* out) {
  const std::size_t stride = x.stride();
  // Where both sides share a scale, differences of what is stored are exact for bytes.
  const double unit = x.scale() == y.scale() ? x.scale() : 1;
  const double toValues = metric == Metric::kCosine ? 0.5 : unit * unit;
  const std::size_t yBlocks = (y.rows() + kRows - 1) / kRows, tasks = (x.rows() + kRows - 1) / kRows;
  AlignedVector<float> yRows(y.rows() * stride);
  context.pool.parallelFor(yBlocks, [&](std::size_t block, unsigned) {
    const std::size_t begin = block * kRows, count = std::min(kRows, y.rows() - begin);
    scaledRows(context, y, begin, count, metric, unit, yRows.data() + begin * stride);
  });
  const auto isZero = [&](const Matrix& matrix, std::size_t row) {
    return metric == Metric::kCosine && matrix.squaredNorms()[row] == 0;
  };
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t begin = task * kRows, count = std::min(kRows, x.rows() - begin);
    AlignedVector<float> xRows(count * stride);
    AlignedVector<double> squared(count * kRows);
    scaledRows(context, x, begin, count, metric, unit, xRows.data());
    for (std::size_t first = 0; first < y.rows(); first += kRows) {
      const std::size_t width = std::min(kRows, y.rows() - first);
      context.kernels.squaredDistances(xRows.data(), stride, count, yRows.data() + first * stride, stride, width,
                                       stride, squared.data(), kRows);
      for (std::size_t r = 0; r < count; r++) {
        for (std::size_t j = 0; j < width; j++) {
          double distance = squared[r * kRows + j] * toValues;
          if (metric == Metric::kEuclidean) distance = std::sqrt(distance);
          if (isZero(x, begin + r) != isZero(y, first + j)) distance = 1;
          out[(begin + r) * y.rows() + first + j] = static_cast<float>(distance);
        }
      }
    }
    if (worker == 0) {
      context.job.report("distances", static_cast<double>(task), static_cast<double>(tasks));
    } else {
      context.job.throwIfCancelled();
    }
  });
}

}  // namespace handful
