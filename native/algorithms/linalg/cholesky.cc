#include "linalg/cholesky.h"

#include <algorithm>
#include <cmath>

namespace handful {
namespace {

/// Rows eliminated at once: what lies below them is then touched once for all of them, by matrix products.
constexpr std::size_t kBlock = 64;

}  // namespace

UpperMatrix::UpperMatrix(const Kernels& kernels, std::size_t order)
    : kernels_(kernels),
      order_(order),
      stride_((order + kernels.panelWidth - 1) / kernels.panelWidth * kernels.panelWidth),
      values_(order * stride_, 0.0f) {}

bool UpperMatrix::factor() {
  const std::size_t width = kernels_.panelWidth;
  AlignedVector<float> panel(kBlock * width);
  for (std::size_t begin = 0; begin < order_; begin += kBlock) {
    const std::size_t end = std::min(order_, begin + kBlock);
    for (std::size_t i = begin; i < end; i++) {
      float* pivotRow = row(i);
      for (std::size_t above = begin; above < i; above++) {
        kernels_.addScaled(-row(above)[i], row(above) + i, pivotRow + i, stride_ - i);
      }
      if (!(pivotRow[i] > 0)) return false;
      const float reciprocal = 1 / std::sqrt(pivotRow[i]);
      for (std::size_t j = i; j < stride_; j++) pivotRow[j] *= reciprocal;
    }
    // The rest loses the block's rows' outer products, a panel of columns at a time.
    for (std::size_t j = end / width * width; j < stride_; j += width) {
      for (std::size_t i = begin; i < end; i++) {
        for (std::size_t column = 0; column < width; column++) {
          panel[(i - begin) * width + column] = -row(i)[j + column];
        }
      }
      const std::size_t last = std::min(order_, j + width);
      if (last <= end) continue;
      kernels_.multiply(row(begin) + end, 1, stride_, last - end, panel.data(), end - begin, row(end) + j,
                        stride_, true);
    }
  }
  return true;
}

void UpperMatrix::solve(float* b) const {
  for (std::size_t i = 0; i < order_; i++) {
    b[i] /= row(i)[i];
    kernels_.addScaled(-b[i], row(i) + i + 1, b + i + 1, order_ - i - 1);
  }
  for (std::size_t i = order_; i-- > 0;) {
    b[i] = (b[i] - kernels_.dot(row(i) + i + 1, b + i + 1, order_ - i - 1)) / row(i)[i];
  }
}

}  // namespace handful
