#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

// logits: lanes run along the columns, as rows and weights lie in memory; 2 rows x kClasses sums in
// registers, whose lanes are added up after each block of columns. Classes come in groups of at most
// Vector::kClassGroup, so that a block of weights stays in the first-level cache while the tile's rows go by.
// With sixteen registers 2 x 5: 10 sums, 2 rows, 1 vector of weights, and 7 loads for 10 multiply-adds; with
// thirty-two 2 x 10, so that bytes are widened once for ten classes instead of twice. Vectors load bytes as
// floats: the same sums from a quarter of the memory, at two instructions more for each vector of a row. Rows
// come from memory here, and are in the cache when the gradient follows; what the processor fetches ahead
// ends with every page, so the rows of the next tile are asked for while this one's are used.

constexpr size_t kLogitColumns = 1024;

template <typename Element, size_t kRows, size_t kClasses>
void logitsTile(const Element* x, size_t xStride, size_t columns, const float* weights, size_t weightStride,
                float* logits) {
  Vector sums[kRows][kClasses];
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) sums[r][k] = Vector::zero();
  }
  for (size_t c = 0; c < columns; c += kWidth) {
    Vector rows[kRows];
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      rows[r] = Vector::load(x + r * xStride + c);
      HANDFUL_PREFETCH(x + (r + kLogisticTile) * xStride + c);
    }
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) {
      const Vector weight = Vector::load(weights + k * weightStride + c);
      HANDFUL_UNROLL
      for (size_t r = 0; r < kRows; r++) sums[r][k] = rows[r].multiplyAdd(weight, sums[r][k]);
    }
  }
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) logits[k * kLogisticTile + r] += sums[r][k].sum();
  }
}

/// Classes in the next group when so many are left: groups of nearly equal size, so that none runs nearly
/// empty.
size_t groupSize(size_t left) {
  const size_t groups = (left + Vector::kClassGroup - 1) / Vector::kClassGroup;
  return (left + groups - 1) / groups;
}

template <typename Element>
void logits(const Element* x, size_t xStride, size_t rows, size_t columns, const float* weights,
            size_t weightStride, size_t classes, float* out) {
  for (size_t begin = 0; begin < columns; begin += kLogitColumns) {
    const size_t count = columns - begin < kLogitColumns ? columns - begin : kLogitColumns;
    for (size_t k = 0, group; k < classes; k += group) {
      group = groupSize(classes - k);
      withConstant<Vector::kClassGroup>(group, [&]<size_t kClasses>() {
        forTiles<2>(rows, [&]<size_t kRows>(size_t r) {
          logitsTile<Element, kRows, kClasses>(x + r * xStride + begin, xStride, count,
                                               weights + k * weightStride + begin, weightStride,
                                               out + k * kLogisticTile + r);
        });
      });
    }
  }
}

// gradient: lanes run along the columns, kVectors x kClasses sums in registers while the tile's rows go
// by. With sixteen registers 2 x 5: 10 sums, 2 vectors of a row, 1 residual, and 7 loads for 10
// multiply-adds. It follows the logits of the same tile at once, while its rows are in the cache. A column's
// sum goes through one rounding for each row until it is flushed to float64, after 4,096 of them at most:
// g(4097) is 2^-12, and roundings of either sign leave about 64 u of it.

constexpr size_t kGradientColumns = 64;

template <typename Element, size_t kVectors, size_t kClasses>
void gradientTile(const Element* x, size_t xStride, size_t rows, const float* residuals, float* gradient,
                  size_t gradientStride) {
  Vector sums[kClasses][kVectors];
  HANDFUL_UNROLL
  for (size_t k = 0; k < kClasses; k++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++)
      sums[k][v] = Vector::load(gradient + k * gradientStride + v * kWidth);
  }
  for (size_t i = 0; i < rows; i++, x += xStride) {
    Vector row[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) row[v] = Vector::load(x + v * kWidth);
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) {
      const Vector residual = Vector::set(residuals[k * kLogisticTile + i]);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) sums[k][v] = row[v].multiplyAdd(residual, sums[k][v]);
    }
  }
  HANDFUL_UNROLL
  for (size_t k = 0; k < kClasses; k++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) sums[k][v].store(gradient + k * gradientStride + v * kWidth);
  }
}

template <typename Element>
void gradient(const Element* x, size_t xStride, size_t rows, size_t columns, const float* residuals,
              size_t classes, float* out, size_t gradientStride) {
  // A strip of columns of all the tile's rows stays in the first-level cache for all classes.
  for (size_t begin = 0; begin < columns; begin += kGradientColumns) {
    const size_t count = columns - begin < kGradientColumns ? columns - begin : kGradientColumns;
    for (size_t k = 0, group; k < classes; k += group) {
      group = groupSize(classes - k);
      withConstant<Vector::kClassGroup>(group, [&]<size_t kClasses>() {
        forTiles<2>(count / kWidth, [&]<size_t kVectors>(size_t vector) {
          const size_t c = begin + vector * kWidth;
          gradientTile<Element, kVectors, kClasses>(x + c, xStride, rows, residuals + k * kLogisticTile,
                                                    out + k * gradientStride + c, gradientStride);
        });
      });
    }
  }
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
