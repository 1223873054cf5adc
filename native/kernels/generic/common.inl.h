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

}  // namespace
}  // namespace HANDFUL_NAMESPACE
