#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "aligned.h"
#include "kernels.h"
#include "matrix.h"

namespace handful {

/// Lends rows of a matrix to kernels that want floats: float rows where they lie, bytes widened into a small
/// buffer a tile at a time, so that no converted copy of the whole matrix ever exists. One for each worker.
class RowTile {
 public:
  RowTile(const Kernels& kernels, const Matrix& matrix, std::size_t capacity)
      : kernels_(kernels), matrix_(matrix), capacity_(capacity) {}

  /// Elements from one lent row to the next.
  std::size_t stride() const { return matrix_.stride(); }

  /// Rows begin … begin + count - 1 as stored, without the scale; valid until the next call.
  const float* rows(std::size_t begin, std::size_t count) {
    if (!matrix_.isBytes()) return matrix_.floatRow(begin);
    float* tile = buffer();
    kernels_.widen(matrix_.byteRow(begin), tile, count * stride());
    return tile;
  }

  /// Any rows, in the given order.
  const float* rows(const std::int32_t* indices, std::size_t count) {
    float* tile = buffer();
    for (std::size_t i = 0; i < count; i++) {
      const std::size_t row = static_cast<std::size_t>(indices[i]);
      float* to = tile + i * stride();
      if (matrix_.isBytes()) {
        kernels_.widen(matrix_.byteRow(row), to, stride());
      } else {
        std::copy_n(matrix_.floatRow(row), stride(), to);
      }
    }
    return tile;
  }

 private:
  float* buffer() {
    if (buffer_.empty()) buffer_.resize(capacity_ * stride());
    return buffer_.data();
  }

  const Kernels& kernels_;
  const Matrix& matrix_;
  std::size_t capacity_;
  AlignedVector<float> buffer_;
};

}  // namespace handful
