#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

void widen(const uint8_t* from, float* to, size_t count) {
  size_t i = 0;
  for (; i + kWidth <= count; i += kWidth) Vector::load(from + i).store(to + i);
  for (; i < count; i++) to[i] = static_cast<float>(from[i]);
}

// multiply and multiplyDoubles: kRows x kMultiplyVectors sums stay in registers; a step loads one vector
// of the panel for each column of sums and broadcasts one element for each row.
//
// With sixteen registers 6 x 2: 12 sums, 2 vectors, 1 element, and 8 loads for 12 multiply-adds. 4 x 3 would
// load 7 but takes all sixteen, and clang then spills. With the thirty-two registers of AVX-512 12 x 2; of
// NEON, which multiplies by a lane of a register that holds several elements, 5 x 4, for at 6 x 4 GCC spills.
// The panel lies in the order in which it is read, so that a slice of it stays in the first-level cache for
// all rows; rows are read where they are, along either stride: each of their elements serves a whole panel.

template <typename V, size_t kRows>
using ProductSums = V[kRows][V::kMultiplyVectors];

template <typename V, size_t kRows>
HANDFUL_INLINE void addProducts(const typename V::Element* left, size_t rowStride, size_t depthStride,
                                const typename V::Element* panel, size_t depth, ProductSums<V, kRows>& sums) {
  constexpr size_t kVectors = V::kMultiplyVectors;
  for (size_t d = 0; d < depth; d++, left += depthStride, panel += kPanelWidthOf<V>) {
    V columns[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) columns[v] = V::load(panel + v * V::kWidth);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      const V element = V::set(left[r * rowStride]);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) sums[r][v] = element.multiplyAdd(columns[v], sums[r][v]);
    }
  }
}

template <typename V, size_t kRows>
void multiplyTile(const typename V::Element* left, size_t rowStride, size_t depthStride,
                  const typename V::Element* panel, size_t depth, typename V::Element* out, size_t outStride,
                  bool accumulate) {
  constexpr size_t kVectors = V::kMultiplyVectors;
  ProductSums<V, kRows> sums;
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      sums[r][v] = accumulate ? V::load(out + r * outStride + v * V::kWidth) : V::zero();
    }
  }
  addProducts<V, kRows>(left, rowStride, depthStride, panel, depth, sums);
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) sums[r][v].store(out + r * outStride + v * V::kWidth);
  }
}

template <typename V>
void multiply(const typename V::Element* left, size_t rowStride, size_t depthStride, size_t rows,
              const typename V::Element* panel, size_t depth, typename V::Element* out, size_t outStride,
              bool accumulate) {
  forTiles<V::kMultiplyRows>(rows, [&]<size_t kRows>(size_t r) {
    multiplyTile<V, kRows>(left + r * rowStride, rowStride, depthStride, panel, depth, out + r * outStride,
                           outStride, accumulate);
  });
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
