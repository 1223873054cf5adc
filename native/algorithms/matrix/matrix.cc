#include "matrix/matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>

namespace handful {
namespace {

/// Largest magnitudes between the reciprocal of this and this are ordinary: squares of such rows, and of
/// differences of 2^-40, are normal floats.
constexpr float kOrdinary = 0x1p16f;

/// The power of two at or below the largest magnitude, unless that is ordinary.
double unitOf(float largest) {
  const bool isOrdinary = largest == 0 || (largest >= 1 / kOrdinary && largest <= kOrdinary);
  return isOrdinary ? 1 : std::ldexp(1.0, std::ilogb(largest));
}

double squaredNorm(const std::uint8_t* row, std::size_t count) {
  std::uint64_t sum = 0;
  // 65,025 x 32,768 stays below 2^32, so that the inner sums fit the narrow lanes.
  for (std::size_t begin = 0; begin < count; begin += 32768) {
    const std::size_t end = std::min(count, begin + 32768);
    std::uint32_t part = 0;
    for (std::size_t i = begin; i < end; i++) part += static_cast<std::uint32_t>(row[i]) * row[i];
    sum += part;
  }
  return static_cast<double>(sum);
}

double squaredNorm(const float* row, std::size_t count) {
  double sums[4] = {};
  for (std::size_t i = 0; i < count; i += 4) {
    for (std::size_t lane = 0; lane < 4; lane++) {
      const double value = row[i + lane];
      sums[lane] += value * value;
    }
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// The largest magnitude of a row, which must be finite.
float finiteMagnitude(const float* values, std::size_t row, std::size_t columns) {
  const float magnitude = largestMagnitude(values, columns);
  if (!std::isfinite(magnitude)) {
    std::size_t column = 0;
    while (std::isfinite(values[column])) column++;
    throw NotFinite(row, column, values[column]);
  }
  return magnitude;
}

}  // namespace

std::size_t paddedColumns(std::size_t columns) {
  return (columns + kColumnBlock - 1) / kColumnBlock * kColumnBlock;
}

// Magnitudes are ordered as their bits are, and an infinity or NaN is above all finite ones: no branch for
// each.
float largestMagnitude(const float* values, std::size_t count) {
  std::uint32_t largest = 0;
  for (std::size_t i = 0; i < count; i++) {
    std::uint32_t word;
    std::memcpy(&word, values + i, sizeof word);
    largest = std::max(largest, word & 0x7fffffff);
  }
  float magnitude;
  std::memcpy(&magnitude, &largest, sizeof magnitude);
  return magnitude;
}

NotFinite::NotFinite(std::size_t atRow, std::size_t atColumn, float value)
    : std::runtime_error("Expected finite numbers in the matrix but row " + std::to_string(atRow) +
                         ", column " + std::to_string(atColumn) + " is " +
                         (std::isnan(value) ? "NaN"
                          : value > 0       ? "Infinity"
                                            : "-Infinity")),
      row(atRow),
      column(atColumn) {}

Matrix::Matrix(std::size_t rows, std::size_t columns, double scale)
    : rows_(rows), columns_(columns), stride_(paddedColumns(columns)), scale_(scale) {}

Matrix::Matrix(const float* data, std::size_t rows, std::size_t columns, double scale)
    : Matrix(rows, columns, scale) {
  floats_.resize(rows_ * stride_);
  float largest = 0;
  for (std::size_t row = 0; row < rows_; row++) {
    const float* from = data + row * columns_;
    float* to = floats_.data() + row * stride_;
    // The copy is checked: the original may be shared memory that another thread writes to.
    std::memcpy(to, from, columns_ * sizeof *to);
    largest = std::max(largest, finiteMagnitude(to, row, columns_));
    std::memset(to + columns_, 0, (stride_ - columns_) * sizeof *to);
  }
  unit_ = unitOf(largest);
}

Matrix::Matrix(AlignedVector<float> values, std::size_t rows, std::size_t columns)
    : Matrix(rows, columns, 1) {
  float largest = 0;
  for (std::size_t row = 0; row < rows_; row++) {
    largest = std::max(largest, finiteMagnitude(values.data() + row * columns_, row, columns_));
  }
  unit_ = unitOf(largest);
  if (stride_ > columns_) {
    // From the last row on: each moves to a place that only rows moved before it have been at.
    for (std::size_t row = rows_; row-- > 0;) {
      float* to = values.data() + row * stride_;
      std::memmove(to, values.data() + row * columns_, columns_ * sizeof *to);
      std::memset(to + columns_, 0, (stride_ - columns_) * sizeof *to);
    }
  }
  floats_ = std::move(values);
}

Matrix::Matrix(const std::uint8_t* data, std::size_t rows, std::size_t columns, double scale)
    : Matrix(rows, columns, scale) {
  bytes_.resize(rows_ * stride_);
  for (std::size_t row = 0; row < rows_; row++) {
    std::uint8_t* to = bytes_.data() + row * stride_;
    std::memcpy(to, data + row * columns_, columns_);
    std::memset(to + columns_, 0, stride_ - columns_);
  }
}

std::shared_ptr<const Matrix> Matrix::take(const std::int32_t* rows, std::size_t count) const {
  std::shared_ptr<Matrix> taken(new Matrix(count, columns_, scale_));
  taken->unit_ = unit_;
  if (isBytes()) {
    taken->bytes_.resize(count * stride_);
    for (std::size_t i = 0; i < count; i++) {
      std::memcpy(taken->bytes_.data() + i * stride_, byteRow(rows[i]), stride_);
    }
  } else {
    taken->floats_.resize(count * stride_);
    for (std::size_t i = 0; i < count; i++) {
      std::memcpy(taken->floats_.data() + i * stride_, floatRow(rows[i]), stride_ * sizeof(float));
    }
  }
  return taken;
}

void Matrix::copyValues(float* to) const {
  for (std::size_t row = 0; row < rows_; row++) {
    for (std::size_t column = 0; column < columns_; column++) {
      *to++ = static_cast<float>(stored(row, column) * scale_);
    }
  }
}

std::vector<float> Matrix::valuesOf(const std::vector<std::int32_t>& rows) const {
  std::vector<float> values;
  values.reserve(rows.size() * columns_);
  for (const std::int32_t row : rows) {
    for (std::size_t column = 0; column < columns_; column++) {
      values.push_back(static_cast<float>(stored(static_cast<std::size_t>(row), column) * scale_));
    }
  }
  return values;
}

const std::vector<double>& Matrix::squaredNorms() const {
  std::call_once(squaredNormsOnce_, [this] {
    squaredNorms_.resize(rows_);
    for (std::size_t row = 0; row < rows_; row++) {
      squaredNorms_[row] =
          isBytes() ? squaredNorm(byteRow(row), stride_) : squaredNorm(floatRow(row), stride_);
    }
  });
  return squaredNorms_;
}

const std::vector<std::int32_t>& Matrix::byteSums() const {
  std::call_once(byteSumsOnce_, [this] {
    byteSums_.resize(rows_);
    for (std::size_t row = 0; row < rows_; row++) {
      byteSums_[row] = std::accumulate(byteRow(row), byteRow(row) + stride_, 0);
    }
  });
  return byteSums_;
}

}  // namespace handful
