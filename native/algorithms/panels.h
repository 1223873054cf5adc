#pragma once

#include <algorithm>
#include <cstddef>

#include "aligned.h"
#include "kernels.h"

namespace handful {

/// Rows packed the way `Kernels::multiply` reads its right side: in panels of panelWidth rows, turned so that
/// equal columns of those rows lie side by side; missing rows of the last panel are zeros.
class Panels {
 public:
  Panels(const Kernels& kernels, std::size_t count, std::size_t columns)
      : kernels_(kernels),
        columns_(columns),
        width_((count + kernels.panelWidth - 1) / kernels.panelWidth * kernels.panelWidth),
        packed_(width_ * columns, 0.0f) {}

  /// Packed rows, those that fill up the last panel included.
  std::size_t width() const { return width_; }

  void set(std::size_t index, const float* row) {
    float* to = packed_.data() + index / kernels_.panelWidth * kernels_.panelWidth * columns_ +
                index % kernels_.panelWidth;
    for (std::size_t column = 0; column < columns_; column++) to[column * kernels_.panelWidth] = row[column];
  }

  /// out[r][j] = product of row r of left with packed row j, for j < width().
  void multiply(const float* left, std::size_t leftStride, std::size_t rows, float* out) const {
    // A slice of a panel (16 KB on AVX2) stays in the first-level cache while all rows go by.
    for (std::size_t begin = 0; begin < columns_; begin += kSlice) {
      const std::size_t depth = std::min(kSlice, columns_ - begin);
      for (std::size_t j = 0; j < width_; j += kernels_.panelWidth) {
        const float* panel = packed_.data() + j * columns_ + begin * kernels_.panelWidth;
        kernels_.multiply(left + begin, leftStride, 1, rows, panel, depth, out + j, width_, begin > 0);
      }
    }
  }

  /// Bound on the error of a product computed by multiply, as a share of the two rows' lengths multiplied:
  /// each sum runs through all columns in one float accumulator, so Higham's bound is n u / (1 - n u) times
  /// the sum of the absolute products, which Cauchy and Schwarz bound by the lengths (Higham 2002,
  /// section 3.1).
  double relativeError() const {
    const double nu = static_cast<double>(columns_) * 0x1p-24;
    return nu < 0.5 ? nu / (1 - nu) : 1.0;
  }

 private:
  static constexpr std::size_t kSlice = 256;

  const Kernels& kernels_;
  std::size_t columns_;
  std::size_t width_;
  AlignedVector<float> packed_;
};

}  // namespace handful
