// The one source of every table of peaks: written on the vectors of native/kernels/ and kept to their rules.
// Each instruction set's file picks a `Vector`, includes this, and fills a table.
//
// kSums sums grow side by side: more than the units that add times the steps that an addition takes, so that
// their number alone limits the loop, and few enough to stay in registers. They come from memory and return
// there, lest the compiler find out that all are equal. What is added depends on a sum, lest it be computed
// once for all steps.

#include "peaks.h"

namespace HANDFUL_NAMESPACE {
namespace {

constexpr size_t kWidth = Vector::kWidth;

template <size_t kSums>
void multiplyAdds(size_t steps, float* numbers) {
  const Vector factor = Vector::set(numbers[0]), addend = Vector::set(numbers[1]);
  Vector sums[kSums];
#pragma GCC unroll 64
  for (size_t s = 0; s < kSums; s++) sums[s] = Vector::load(numbers + s * kWidth);
  for (size_t step = 0; step < steps; step++) {
#pragma GCC unroll 64
    for (size_t s = 0; s < kSums; s++) sums[s] = sums[s].multiplyAdd(factor, addend);
  }
#pragma GCC unroll 64
  for (size_t s = 0; s < kSums; s++) sums[s].store(numbers + s * kWidth);
}

/// Sums is IntegerVector: a parameter, so that this is compiled only where a table asks for it.
template <size_t kSums, typename Sums>
void addInt16Products(size_t steps, int32_t* numbers) {
  const typename Sums::Groups factors = Sums::broadcastGroup(reinterpret_cast<const int16_t*>(numbers));
  Sums sums[kSums];
#pragma GCC unroll 64
  for (size_t s = 0; s < kSums; s++) sums[s] = Sums::load(numbers + s * kWidth);
  for (size_t step = 0; step < steps; step++) {
#pragma GCC unroll 64
    for (size_t s = 0; s < kSums; s++) sums[s] = sums[s].addProducts(sums[s].value, factors, int16_t{});
  }
#pragma GCC unroll 64
  for (size_t s = 0; s < kSums; s++) sums[s].store(numbers + s * kWidth);
}

template <size_t kSums>
void read(const float* from, size_t count, float* numbers) {
  Vector sums[kSums];
#pragma GCC unroll 64
  for (size_t s = 0; s < kSums; s++) sums[s] = Vector::load(numbers + s * kWidth);
  for (const float* end = from + count; from < end; from += kSums * kWidth) {
#pragma GCC unroll 64
    for (size_t s = 0; s < kSums; s++) sums[s] = sums[s] + Vector::load(from + s * kWidth);
  }
#pragma GCC unroll 64
  for (size_t s = 0; s < kSums; s++) sums[s].store(numbers + s * kWidth);
}

template <size_t kSums, typename Sums = IntegerVector>
constexpr handful::Peaks table(const char* name) {
  constexpr size_t lanes = kSums * kWidth;
  static_assert(handful::kPeakNumbers % lanes == 0);
  if constexpr (Vector::kInt16IsFaster) {
    return {name, 2 * lanes, multiplyAdds<kSums>, 4 * lanes, addInt16Products<kSums, Sums>, read<kSums>};
  } else {
    return {name, 2 * lanes, multiplyAdds<kSums>, 0, nullptr, read<kSums>};
  }
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
