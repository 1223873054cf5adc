#pragma once

// What all topics of the kernels need.

#include "kernels.h"

#if defined(__GNUC__)
#define HANDFUL_UNROLL _Pragma("GCC unroll 16")
#define HANDFUL_INLINE inline __attribute__((always_inline))
#define HANDFUL_PREFETCH(address) __builtin_prefetch(address)
#else
#define HANDFUL_UNROLL
#define HANDFUL_INLINE __forceinline
#define HANDFUL_PREFETCH(address) ((void)(address))
#endif

namespace HANDFUL_NAMESPACE {
namespace {

using handful::kColumnBlock;
using handful::kLogisticTile;

constexpr size_t kWidth = Vector::kWidth;
template <typename V>
constexpr size_t kPanelWidthOf = V::kMultiplyVectors* V::kWidth;
constexpr size_t kPanelWidth = kPanelWidthOf<Vector>;

static_assert(kColumnBlock % kWidth == 0 && kLogisticTile % kWidth == 0);

/// Calls visit of a constant, `count`, which is from 1 to kMost.
template <size_t kMost, typename Visit>
HANDFUL_INLINE void withConstant(size_t count, const Visit& visit) {
  if (count == kMost) {
    visit.template operator()<kMost>();
  } else if constexpr (kMost > 1) {
    withConstant<kMost - 1>(count, visit);
  }
}

/// Calls visit(first row, constant of the number of rows) for tiles of as many rows as registers hold.
template <size_t kRows, typename Visit>
HANDFUL_INLINE void forTiles(size_t rows, const Visit& visit) {
  size_t r = 0;
  for (; r + kRows <= rows; r += kRows) visit.template operator()<kRows>(r);
  if constexpr (kRows > 1) {
    if (r < rows)
      withConstant<kRows - 1>(rows - r, [&]<size_t kRest>() { visit.template operator()<kRest>(r); });
  }
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
