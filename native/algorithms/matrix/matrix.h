#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "kernels.h"
#include "runtime/aligned.h"

namespace handful {

/// Thrown where a float matrix holds NaN or an infinity.
class NotFinite : public std::runtime_error {
 public:
  NotFinite(std::size_t atRow, std::size_t atColumn, float value);
  const std::size_t row, column;
};

/// Elements from one row to the next: columns rounded up to a multiple of kColumnBlock.
std::size_t paddedColumns(std::size_t columns);

/// The largest magnitude of all: infinite or NaN if one of them is.
float largestMagnitude(const float* values, std::size_t count);

/// Frozen rows in the layout that kernels like: row-major, each row begun on an aligned address and filled up
/// with zeros to a multiple of kColumnBlock elements. An element's value is what is stored times scale().
class Matrix {
 public:
  /// Copies rows of floats, which must be finite (throws NotFinite), or of bytes.
  Matrix(const float* data, std::size_t rows, std::size_t columns, double scale);
  Matrix(const std::uint8_t* data, std::size_t rows, std::size_t columns, double scale);
  /// Takes over rows of finite floats (else throws NotFinite) that lie without gaps at the front of an array
  /// with room for their padding: paddedColumns(columns) elements for each row.
  Matrix(AlignedVector<float> values, std::size_t rows, std::size_t columns);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::size_t stride() const { return stride_; }
  double scale() const { return scale_; }
  bool isBytes() const { return !bytes_.empty(); }
  /// A power of two in which squares of what is stored don't leave the range of floats: 1 for bytes and where
  /// the largest magnitude is ordinary, else that magnitude's. Rows taken of a matrix keep its unit.
  double unit() const { return unit_; }
  std::size_t byteLength() const { return floats_.size() * sizeof(float) + bytes_.size(); }

  const float* floatRow(std::size_t row) const { return floats_.data() + row * stride_; }
  const std::uint8_t* byteRow(std::size_t row) const { return bytes_.data() + row * stride_; }
  /// The element as stored, without the scale.
  float stored(std::size_t row, std::size_t column) const {
    return isBytes() ? byteRow(row)[column] : floatRow(row)[column];
  }

  /// A new matrix of the given rows, in that order; callers check the range.
  std::shared_ptr<const Matrix> take(const std::int32_t* rows, std::size_t count) const;

  /// Writes all values, what is stored times scale(), one row after the other.
  void copyValues(float* to) const;
  /// The values of the given rows, one row after the other.
  std::vector<float> valuesOf(const std::vector<std::int32_t>& rows) const;

  /// Squared length of each row as stored, without the scale. Computed when first asked for, by any thread.
  const std::vector<double>& squaredNorms() const;
  /// Sum of each row's bytes; as long as it fits 32 bits. Computed when first asked for, by any thread.
  const std::vector<std::int32_t>& byteSums() const;

 private:
  Matrix(std::size_t rows, std::size_t columns, double scale);

  std::size_t rows_, columns_, stride_;
  double scale_, unit_ = 1;
  AlignedVector<float> floats_;
  AlignedVector<std::uint8_t> bytes_;
  mutable std::once_flag squaredNormsOnce_;
  mutable std::vector<double> squaredNorms_;
  mutable std::once_flag byteSumsOnce_;
  mutable std::vector<std::int32_t> byteSums_;
};

}  // namespace handful
