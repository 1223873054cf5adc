#include "search/quantized_rows.h"

#include <algorithm>
#include <cmath>

#include "linalg/float64.h"

namespace handful {
namespace {

/// Rows of one task.
constexpr std::size_t kTaskRows = 1024;

/// The product of two rows of this length is the largest that 32 bits hold.
constexpr double kLargestLength = 46340;
constexpr double kLargestInt16 = 32767;

/// Runs body(begin, end, task) for the rows, some of them a task.
template <typename Body>
void forRows(Context& context, std::size_t rows, const Body& body) {
  context.pool.parallelFor((rows + kTaskRows - 1) / kTaskRows, [&](std::size_t task, unsigned) {
    body(task * kTaskRows, std::min(rows, (task + 1) * kTaskRows), task);
  });
}

}  // namespace

QuantizedRows::QuantizedRows(Context& context, const Matrix& x)
    : stride_(x.stride()),
      center_(x.columns()),
      elements_(x.rows() * x.stride(), std::int16_t{0}),
      halves_(x.rows()),
      moves_(x.rows()) {
  findCenter(context, x);
  findStep(context, x);
  place(context, x);
}

/// Less their mean, rows are as short as they can be, and the step is small. It is rounded to what rows are
/// made of: bytes stay integers, and a column that is the same in all rows becomes 0.
void QuantizedRows::findCenter(Context& context, const Matrix& x) {
  std::vector<std::vector<double>> sums((x.rows() + kTaskRows - 1) / kTaskRows);
  forRows(context, x.rows(), [&](std::size_t begin, std::size_t end, std::size_t task) {
    sums[task].resize(x.columns());
    for (std::size_t row = begin; row < end; row++) {
      for (std::size_t column = 0; column < x.columns(); column++)
        sums[task][column] += x.stored(row, column);
    }
  });
  for (const std::vector<double>& part : sums) {
    for (std::size_t column = 0; column < x.columns(); column++) center_[column] += part[column];
  }
  for (double& coordinate : center_) {
    coordinate /= static_cast<double>(x.rows());
    coordinate = x.isBytes() ? std::nearbyint(coordinate) : static_cast<float>(coordinate);
  }
}

void QuantizedRows::findStep(Context& context, const Matrix& x) {
  std::vector<double> lengths(x.rows());
  forRows(context, x.rows(), [&](std::size_t begin, std::size_t end, std::size_t) {
    for (std::size_t row = begin; row < end; row++) {
      double sum = 0;
      for (std::size_t column = 0; column < x.columns(); column++) {
        const double difference = x.stored(row, column) - center_[column];
        sum += difference * difference;
      }
      lengths[row] = std::sqrt(sum);
    }
  });
  // A point may be longer than its row by as much as the row is moved: half a step in each column.
  const double move = std::sqrt(static_cast<double>(x.columns())) / 2;
  const double largest = *std::max_element(lengths.begin(), lengths.end());
  const bool asTheyAre = largest == 0 || (x.isBytes() && largest <= kLargestLength);
  step_ = asTheyAre ? 1 : std::max(largest / (kLargestLength - 1 - move), largest / kLargestInt16);
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(x.rows() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  medianLength_ = *middle / step_;
}

void QuantizedRows::place(Context& context, const Matrix& x) {
  // What is rounded to a point was itself rounded a little: the difference, the step's reciprocal, their
  // product.
  constexpr double kRounding = 4 * 0x1p-53 * kLargestLength;
  const double perStep = 1 / step_;
  forRows(context, x.rows(), [&](std::size_t begin, std::size_t end, std::size_t) {
    for (std::size_t row = begin; row < end; row++) {
      std::int16_t* const to = elements_.data() + row * stride_;
      double squaredMove = 0;
      std::int64_t squaredLength = 0;
      for (std::size_t column = 0; column < x.columns(); column++) {
        const double exact = (x.stored(row, column) - center_[column]) * perStep;
        const std::int32_t integer = nearestInteger(exact);
        squaredMove += (exact - integer) * (exact - integer);
        squaredLength += integer * integer;
        to[column] = static_cast<std::int16_t>(integer);
      }
      halves_[row] = static_cast<float>(static_cast<double>(squaredLength) / 2);
      moves_[row] = 1.001 * std::sqrt(squaredMove) + kRounding;
    }
  });
  largestMove_ = *std::max_element(moves_.begin(), moves_.end());
  largestLength_ = std::sqrt(2.0 * *std::max_element(halves_.begin(), halves_.end()));
}

}  // namespace handful
