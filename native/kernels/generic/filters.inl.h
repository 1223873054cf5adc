#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

// Filters turn a row of products into the few columns that exact arithmetic must look at. Multiplying by
// -2 is exact, so the difference is rounded once, fused or not. A row of products is in the first-level
// cache: the minimum's second pass computes differences anew, which takes no longer than to load them. Hardly
// a vector holds a column that passes, so the loop over lanes costs little.

/// Index of the lowest bit set; bits is not 0.
uint32_t lowestBit(uint32_t bits) {
#if defined(_MSC_VER) && !defined(__clang__)
  unsigned long index;
  _BitScanForward(&index, bits);
  return index;
#else
  return static_cast<uint32_t>(__builtin_ctz(bits));
#endif
}

size_t appendLanes(uint32_t bits, size_t firstLane, uint32_t* found, size_t count) {
  for (; bits != 0; bits &= bits - 1) found[count++] = static_cast<uint32_t>(firstLane) + lowestBit(bits);
  return count;
}

size_t filterMinimum(const float* products, const float* offsets, size_t width, float slack, float* minimum,
                     uint32_t* found) {
  const Vector minusTwo = Vector::set(-2.0f);
  Vector least = Vector::load(products).multiplyAdd(minusTwo, Vector::load(offsets));
  for (size_t j = kWidth; j < width; j += kWidth) {
    least = Vector::min(Vector::load(products + j).multiplyAdd(minusTwo, Vector::load(offsets + j)), least);
  }
  *minimum = least.minimum();
  const Vector limit = Vector::set(*minimum + slack);
  size_t count = 0;
  for (size_t j = 0; j < width; j += kWidth) {
    const Vector distance = Vector::load(products + j).multiplyAdd(minusTwo, Vector::load(offsets + j));
    count = appendLanes(Vector::bits(Vector::lessOrEqual(distance, limit)), j, found, count);
  }
  return count;
}

size_t filterBelow(const float* products, const float* limits, size_t width, float offset, uint32_t* found) {
  const Vector minusTwo = Vector::set(-2.0f), offsets = Vector::set(offset);
  size_t count = 0;
  for (size_t j = 0; j < width; j += kWidth) {
    const Vector distance = Vector::load(products + j).multiplyAdd(minusTwo, offsets);
    count =
        appendLanes(Vector::bits(Vector::lessOrEqual(distance, Vector::load(limits + j))), j, found, count);
  }
  return count;
}

size_t filterPairs(const int32_t* products, const float* columnHalves, const float* columnLimits,
                   size_t width, float rowHalf, float rowLimit, uint32_t* found) {
  const Vector half = Vector::set(rowHalf), limit = Vector::set(rowLimit);
  size_t count = 0;
  for (size_t j = 0; j < width; j += kWidth) {
    const Vector least =
        Vector::min(Vector::load(columnHalves + j) - limit, half - Vector::load(columnLimits + j));
    const Vector product = IntegerVector::load(products + j).toFloats();
    count = appendLanes(Vector::bits(Vector::lessOrEqual(least, product)), j, found, count);
  }
  return count;
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
