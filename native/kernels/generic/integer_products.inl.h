#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

using handful::Kernels;

// multiplyInt16 and multiplyBytes: as multiply, a step taking the columns that fill 32 bits. One
// instruction multiplies pairs of 16-bit numbers and adds up each pair of products in 32 bits; VNNI's adds
// that to the sum as well, which makes one instruction of two multiply-adds, or of four where bytes are
// multiplied with signed bytes. Without VNNI the addition is a second one, but there are more units that add
// integers than units that multiply and add, and half as many bytes are loaded. A product that waits for
// its addition takes a register: 6 x 2 fills all sixteen. Nothing is rounded, and nothing overflows as long
// as every sum fits 32 bits; whoever packs the rows sees to that.

void widenToInt16(const uint8_t* from, int16_t* to, size_t count) {
  for (size_t i = 0; i < count; i += kWidth) IntegerVector::widen(from + i, to + i);
}

void addBytes(const uint8_t* from, int32_t* to, size_t count) {
  for (size_t i = 0; i < count; i += kWidth)
    (IntegerVector::load(to + i) + IntegerVector::fromBytes(from + i)).store(to + i);
}

template <typename Left, typename Right, size_t kRows>
void multiplyIntegersTile(const Left* left, size_t rowStride, const Right* panel, size_t depth, int32_t* out,
                          size_t outStride, bool accumulate) {
  constexpr size_t kVectors = Vector::kMultiplyVectors, kGroup = sizeof(int32_t) / sizeof(Left);
  IntegerVector sums[kRows][kVectors];
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      sums[r][v] = accumulate ? IntegerVector::load(out + r * outStride + v * kWidth) : IntegerVector::zero();
    }
  }
  for (size_t d = 0; d < depth; d += kGroup, left += kGroup, panel += kGroup * kPanelWidth) {
    IntegerVector::Groups columns[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) columns[v] = IntegerVector::loadGroups(panel + v * kGroup * kWidth);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      const IntegerVector::Groups group = IntegerVector::broadcastGroup(left + r * rowStride);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) sums[r][v] = sums[r][v].addProducts(group, columns[v], Left{});
    }
  }
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) sums[r][v].store(out + r * outStride + v * kWidth);
  }
}

template <typename Left, typename Right>
void multiplyIntegers(const Left* left, size_t rowStride, size_t rows, const Right* panel, size_t depth,
                      int32_t* out, size_t outStride, bool accumulate) {
  forTiles<Vector::kMultiplyRows>(rows, [&]<size_t kRows>(size_t r) {
    multiplyIntegersTile<Left, Right, kRows>(left + r * rowStride, rowStride, panel, depth,
                                             out + r * outStride, outStride, accumulate);
  });
}

/// multiplyBytes, or null: a template, so that what an instruction set lacks is not compiled for it.
template <typename Sums>
constexpr decltype(Kernels::multiplyBytes) byteProducts() {
  if constexpr (Sums::kMultipliesBytes) {
    return multiplyIntegers<uint8_t, int8_t>;
  } else {
    return nullptr;
  }
}

void toFloats(const int32_t* from, int32_t addend, const float* factors, float* to, size_t count) {
  const IntegerVector addends = IntegerVector::set(addend);
  for (size_t i = 0; i < count; i += kWidth) {
    ((IntegerVector::load(from + i) + addends).toFloats() * Vector::load(factors + i)).store(to + i);
  }
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
