// The one source of every kernel, by topic in generic/. Each instruction set's file picks a `Vector` and
// includes this; kernels.h says what each kernel computes, generic/ how. Nothing of the standard library: its
// templates, compiled here for a newer processor, could be picked by the linker for the whole program; for
// the same reason everything here is in an unnamed namespace.
//
// Register plans. The hot kernels keep a block of sums in registers over a whole loop, which takes loops over
// constant counts, unrolled: an array of registers indexed at run time would live in memory. Such a block
// must be large for two reasons. A multiply-add takes about four cycles and two units begin one in each, so
// that at least eight sums must grow side by side. And a block of R x V sums, R elements times V vectors,
// loads R + V operands for R V multiply-adds, while a processor loads hardly more than two for every two of
// them. It must be small enough for R V sums, V vectors and one element to fit the registers, or sums go
// through memory at every step.
//
// Error bounds, in the words of kernels.h. A sum of n products, added up in any order, takes each product
// through at most n roundings: its own and n - 1 additions, the first one to 0 being exact. Each multiplies
// it by 1 + e with |e| <= u, so the sum errs by at most g(n) times the sum of the absolute products. A number
// to which products are added counts as one more. Fused, a product's own rounding and the first addition are
// one.

#include "generic/distances.inl.h"
#include "generic/filters.inl.h"
#include "generic/integer_products.inl.h"
#include "generic/logistic.inl.h"
#include "generic/patches.inl.h"
#include "generic/products.inl.h"
#include "generic/softmax.inl.h"
#include "generic/vectors.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

using handful::IntegerKernels;
using handful::Kernels;

constexpr IntegerKernels integerKernels() {
  return {multiplyIntegers<int16_t, int16_t>, byteProducts<IntegerVector>()};
}

constexpr Kernels table(const char* name) {
  return {name,
          kPanelWidth,
          widen,
          multiply<Vector>,
          kPanelWidthOf<Doubles>,
          multiply<Doubles>,
          widenToInt16,
          addBytes,
          Vector::kInt16IsFaster,
          multiplyIntegers<int16_t, int16_t>,
          byteProducts<IntegerVector>(),
          toFloats,
          squaredDistances,
          filterMinimum,
          filterBelow,
          filterPairs,
          logits<float>,
          logits<uint8_t>,
          softmax,
          residuals,
          softResiduals,
          gradient<float>,
          gradient<uint8_t>,
          normalizePatches,
          patchDistances,
          meanAndLeast,
          addActivations,
          addScaled,
          dot};
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
