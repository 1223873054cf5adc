#include "search/distances.h"

#include <algorithm>
#include <cmath>

#include "matrix/row_tile.h"
#include "runtime/aligned.h"
#include "search/exact_distance.h"

namespace handful {
namespace {

constexpr std::size_t kRows = 64;
/// A squared distance below this share of the squared lengths has lost digits to the rounding of rows to
/// floats.
constexpr double kCloseShare = 0x1p-6;

/// The squared distance of two rows brought to length 1, in float64.
double squaredDistanceOfDirections(const Matrix& x, std::size_t xRow, const Matrix& y, std::size_t yRow) {
  const double xFactor = 1 / std::sqrt(x.squaredNorms()[xRow]);
  const double yFactor = 1 / std::sqrt(y.squaredNorms()[yRow]);
  double sum = 0;
  for (std::size_t column = 0; column < x.columns(); column++) {
    const double difference = x.stored(xRow, column) * xFactor - y.stored(yRow, column) * yFactor;
    sum += difference * difference;
  }
  return sum;
}

/// Lends rows as the metric wants to take differences of them: in a common unit, or brought to length 1.
class MetricRows {
 public:
  MetricRows(const Context& context, const Matrix& matrix, Metric metric, double unit)
      : matrix_(matrix),
        metric_(metric),
        factor_(matrix.scale() / unit),
        tile_(context.kernels, matrix, kRows) {}

  const float* rows(std::size_t begin, std::size_t count) {
    const float* stored = tile_.floats(begin, count);
    if (metric_ != Metric::kCosine && factor_ == 1) return stored;
    scaled_.resize(kRows * matrix_.stride());
    for (std::size_t r = 0; r < count; r++) {
      const double factor = metric_ == Metric::kCosine ? reciprocalLength(begin + r) : factor_;
      const float* from = stored + r * matrix_.stride();
      float* to = scaled_.data() + r * matrix_.stride();
      for (std::size_t column = 0; column < matrix_.stride(); column++) {
        to[column] = static_cast<float>(from[column] * factor);
      }
    }
    return scaled_.data();
  }

  /// Whether the row has no direction.
  bool isZero(std::size_t row) const { return matrix_.squaredNorms()[row] == 0; }

 private:
  double reciprocalLength(std::size_t row) const {
    return isZero(row) ? 0 : 1 / std::sqrt(matrix_.squaredNorms()[row]);
  }

  const Matrix& matrix_;
  const Metric metric_;
  const double factor_;
  RowTile tile_;
  AlignedVector<float> scaled_;
};

}  // namespace

// Differences are taken before anything is squared: |x|^2 - 2 x.y + |y|^2 would be twice as fast, but loses
// all digits where x and y are nearly equal. For the same reason the cosine distance is half the squared
// distance of the rows brought to length 1; a row of zeros is at distance 1 from every row, as scikit-learn
// has it.
void pairwiseDistances(Context& context, const Matrix& x, const Matrix& y, Metric metric, float* out) {
  const std::size_t stride = x.stride();
  // Where both sides share a scale, differences of what is stored are exact for bytes.
  const double unit = x.scale() == y.scale() ? x.scale() : 1;
  const double toValues = metric == Metric::kCosine ? 0.5 : unit * unit;
  const bool sameScale = x.scale() == y.scale();
  const auto isAccurate = [&](double squared, std::size_t xRow, std::size_t yRow) {
    if (metric == Metric::kCosine)
      return squared >= kCloseShare || x.squaredNorms()[xRow] == 0 || y.squaredNorms()[yRow] == 0;
    if (sameScale) return (x.isBytes() && y.isBytes()) || floatsHold(squared);
    // Brought to a common unit, rows are rounded to floats: rows far closer than they are long must be told
    // apart by what is stored.
    const double squaredLengths =
        x.squaredNorms()[xRow] * x.scale() * x.scale() + y.squaredNorms()[yRow] * y.scale() * y.scale();
    return floatsHold(squared) && squared >= kCloseShare * squaredLengths;
  };
  const std::size_t tasks = (x.rows() + kRows - 1) / kRows;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t begin = task * kRows, count = std::min(kRows, x.rows() - begin);
    MetricRows xRows(context, x, metric, unit), yRows(context, y, metric, unit);
    const float* xTile = xRows.rows(begin, count);
    AlignedVector<double> squared(count * kRows);
    for (std::size_t first = 0; first < y.rows(); first += kRows) {
      const std::size_t width = std::min(kRows, y.rows() - first);
      context.kernels.squaredDistances(xTile, stride, count, yRows.rows(first, width), stride, width, stride,
                                       squared.data(), kRows);
      for (std::size_t r = 0; r < count; r++) {
        float* to = out + (begin + r) * y.rows() + first;
        for (std::size_t j = 0; j < width; j++) {
          const double inFloats = squared[r * kRows + j];
          double distance = isAccurate(inFloats, begin + r, first + j) ? inFloats * toValues
                            : metric == Metric::kCosine
                                ? toValues * squaredDistanceOfDirections(x, begin + r, y, first + j)
                                : exactSquaredDistance(x, begin + r, y, first + j);
          if (metric == Metric::kEuclidean) distance = std::sqrt(distance);
          if (metric == Metric::kCosine && (xRows.isZero(begin + r) || yRows.isZero(first + j))) distance = 1;
          to[j] = static_cast<float>(distance);
        }
      }
    }
    context.job.reportFrom(worker, "distances", task, tasks);
  });
}

}  // namespace handful
