#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

// squaredDistances: two rows of x against four of y, eight sums in registers: as many as keep the units
// busy, for a difference and the multiply-add that squares it are two instructions for each.
//
// Differences of bytes are integers up to 255, and 128 of their squares stay below 2^24: floats add them
// without rounding. Other differences are rounded once, which changes their squares by g(2), the squares
// once, and a sum of 128 takes each through 128 roundings at most: g(131), and less than one more for the
// sums of doubles. All summands being positive, the bound is relative to the result. That is what this kernel
// is for: |x|^2 - 2 x.y + |y|^2 takes half as long but errs by g(n) (|x| + |y|)^2, however near x and y are.

constexpr size_t kExactSteps = 128;

template <size_t kX, size_t kY>
void squaredDistancesTile(const float* x, size_t xStride, const float* y, size_t yStride, size_t columns,
                          double* out, size_t outStride) {
  double totals[kX][kY] = {};
  for (size_t begin = 0; begin < columns; begin += kExactSteps * kWidth) {
    const size_t rest = columns - begin;
    const size_t end = begin + (rest < kExactSteps * kWidth ? rest : kExactSteps * kWidth);
    Vector sums[kX][kY];
    HANDFUL_UNROLL
    for (size_t i = 0; i < kX; i++) {
      HANDFUL_UNROLL
      for (size_t j = 0; j < kY; j++) sums[i][j] = Vector::zero();
    }
    for (size_t c = begin; c < end; c += kWidth) {
      Vector rows[kX];
      HANDFUL_UNROLL
      for (size_t i = 0; i < kX; i++) rows[i] = Vector::load(x + i * xStride + c);
      HANDFUL_UNROLL
      for (size_t j = 0; j < kY; j++) {
        const Vector other = Vector::load(y + j * yStride + c);
        HANDFUL_UNROLL
        for (size_t i = 0; i < kX; i++) {
          const Vector difference = rows[i] - other;
          sums[i][j] = difference.multiplyAdd(difference, sums[i][j]);
        }
      }
    }
    HANDFUL_UNROLL
    for (size_t i = 0; i < kX; i++) {
      HANDFUL_UNROLL
      for (size_t j = 0; j < kY; j++) totals[i][j] += sums[i][j].sumAsDouble();
    }
  }
  for (size_t i = 0; i < kX; i++) {
    for (size_t j = 0; j < kY; j++) out[i * outStride + j] = totals[i][j];
  }
}

template <size_t kX>
void squaredDistancesRows(const float* x, size_t xStride, const float* y, size_t yStride, size_t yRows,
                          size_t columns, double* out, size_t outStride) {
  size_t j = 0;
  for (; j + 4 <= yRows; j += 4) {
    squaredDistancesTile<kX, 4>(x, xStride, y + j * yStride, yStride, columns, out + j, outStride);
  }
  for (; j < yRows; j++) {
    squaredDistancesTile<kX, 1>(x, xStride, y + j * yStride, yStride, columns, out + j, outStride);
  }
}

void squaredDistances(const float* x, size_t xStride, size_t xRows, const float* y, size_t yStride,
                      size_t yRows, size_t columns, double* out, size_t outStride) {
  forTiles<2>(xRows, [&]<size_t kX>(size_t i) {
    squaredDistancesRows<kX>(x + i * xStride, xStride, y, yStride, yRows, columns, out + i * outStride,
                             outStride);
  });
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
