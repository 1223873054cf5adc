#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels.h"
#include "matrix/matrix.h"
#include "runtime/aligned.h"

namespace handful {

/// Lends rows of a matrix to kernels as floats, int16 or bytes, without the scale: rows where they lie, or
/// widened or divided by a unit in a small buffer a tile at a time, so that no converted copy of the whole
/// matrix ever exists.
/// Rows are matrix.stride() elements apart and valid until the next call. One for each worker.
class RowTile {
 public:
  /// capacity: the most rows that one call takes; unit: a power of two that floats are divided by.
  RowTile(const Kernels& kernels, const Matrix& matrix, std::size_t capacity, double unit = 1)
      : kernels_(kernels), matrix_(matrix), capacity_(capacity), factor_(1 / unit) {}

  /// Rows first … first + count - 1.
  const float* floats(std::size_t first, std::size_t count) {
    if (!matrix_.isBytes() && factor_ == 1) return matrix_.floatRow(first);
    float* tile = room(floats_);
    copy(first, count, tile);
    return tile;
  }

  /// Any rows, in the given order.
  const float* floats(const std::int32_t* rows, std::size_t count) {
    float* tile = room(floats_);
    for (std::size_t i = 0; i < count; i++, tile += matrix_.stride()) {
      copy(static_cast<std::size_t>(rows[i]), 1, tile);
    }
    return floats_.data();
  }

  /// The same of a matrix of bytes, as 16-bit numbers.
  const std::int16_t* int16(std::size_t first, std::size_t count) {
    std::int16_t* tile = room(int16s_);
    kernels_.widenToInt16(matrix_.byteRow(first), tile, count * matrix_.stride());
    return tile;
  }

  const std::int16_t* int16(const std::int32_t* rows, std::size_t count) {
    std::int16_t* tile = room(int16s_);
    for (std::size_t i = 0; i < count; i++, tile += matrix_.stride()) {
      kernels_.widenToInt16(matrix_.byteRow(static_cast<std::size_t>(rows[i])), tile, matrix_.stride());
    }
    return int16s_.data();
  }

  /// The same as they are stored.
  const std::uint8_t* bytes(std::size_t first, std::size_t) const { return matrix_.byteRow(first); }

  const std::uint8_t* bytes(const std::int32_t* rows, std::size_t count) {
    std::uint8_t* tile = room(bytes_);
    for (std::size_t i = 0; i < count; i++, tile += matrix_.stride()) {
      std::copy_n(matrix_.byteRow(static_cast<std::size_t>(rows[i])), matrix_.stride(), tile);
    }
    return bytes_.data();
  }

 private:
  void copy(std::size_t first, std::size_t count, float* to) const {
    const std::size_t elements = count * matrix_.stride();
    if (matrix_.isBytes()) {
      kernels_.widen(matrix_.byteRow(first), to, elements);
    } else {
      const float* from = matrix_.floatRow(first);
      for (std::size_t i = 0; i < elements; i++) to[i] = static_cast<float>(from[i] * factor_);
    }
  }

  template <typename Element>
  Element* room(AlignedVector<Element>& buffer) {
    if (buffer.empty()) buffer.resize(capacity_ * matrix_.stride());
    return buffer.data();
  }

  const Kernels& kernels_;
  const Matrix& matrix_;
  const std::size_t capacity_;
  const double factor_;
  AlignedVector<float> floats_;
  AlignedVector<std::int16_t> int16s_;
  AlignedVector<std::uint8_t> bytes_;
};

}  // namespace handful
