#include "linalg/cholesky.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linalg/float64.h"
#include "linalg/panels.h"

namespace handful {
namespace {

/// Rows eliminated at once: what lies below them is then touched once for all of them, by matrix products.
constexpr std::size_t kBlock = 64;
/// Rows that one task takes.
constexpr std::size_t kTaskRows = 8;

}  // namespace

UpperMatrix::UpperMatrix(const Kernels& kernels, std::size_t order)
    : kernels_(kernels),
      order_(order),
      stride_(roundedUp(order, kernels.panelWidth)),
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

bool factorLower(std::vector<double>& matrix, std::size_t order) {
  for (std::size_t i = 0; i < order; i++) {
    double* row = matrix.data() + i * order;
    for (std::size_t j = 0; j <= i; j++) {
      const double rest = row[j] - dotProduct(row, matrix.data() + j * order, j);
      if (i == j && !(rest > 0)) return false;
      row[j] = i == j ? std::sqrt(rest) : rest / matrix[j * order + j];
    }
  }
  return true;
}

void solveLower(const std::vector<double>& factor, std::size_t order, double* b) {
  for (std::size_t i = 0; i < order; i++) {
    const double* row = factor.data() + i * order;
    b[i] = (b[i] - dotProduct(row, b, i)) / row[i];
  }
  for (std::size_t i = order; i-- > 0;) {
    const double* row = factor.data() + i * order;
    b[i] /= row[i];
    addScaled(-b[i], row, b, i);
  }
}

void factorSemidefinite(Context& context, AlignedVector<double>& matrix, std::size_t order) {
  std::vector<double> negligible(order);
  for (std::size_t i = 0; i < order; i++) {
    negligible[i] =
        static_cast<double>(order) * std::numeric_limits<double>::epsilon() * matrix[i * order + i];
  }
  for (std::size_t i = 0; i < order; i++) {
    context.job.throwIfCancelled();
    double* row = matrix.data() + i * order;
    std::fill(row, row + i, 0.0);
    const double factor = row[i] > negligible[i] ? 1 / std::sqrt(row[i]) : 0;
    for (std::size_t j = i; j < order; j++) row[j] *= factor;
    context.pool.parallelFor((order - i - 1 + kTaskRows - 1) / kTaskRows, [&](std::size_t task, unsigned) {
      const std::size_t begin = i + 1 + task * kTaskRows;
      for (std::size_t k = begin; k < std::min(order, begin + kTaskRows); k++) {
        addScaled(-row[k], row + k, matrix.data() + k * order + k, order - k);
      }
    });
  }
}

}  // namespace handful
