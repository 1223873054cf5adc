#include "linear/packed_linear.h"

#include <algorithm>
#include <cstdint>

#include "runtime/aligned.h"

namespace handful {

PackedLinear::PackedLinear(Context& context, const LinearModel& model, double unit)
    : kernels_(context.kernels),
      intercept_(model.intercept),
      columns_(model.coef.size() / model.intercept.size()),
      centering_(columns_, unit, model.center, {}),
      packed_(kernels_, intercept_.size(), columns_) {
  const std::size_t width = packed_.width();
  context.pool.parallelFor((outputs() + width - 1) / width, [&](std::size_t panel, unsigned) {
    for (std::size_t j = panel * width; j < std::min(outputs(), (panel + 1) * width); j++) {
      const float* from = model.coef.data() + j * columns_;
      packed_.set(j, columns_, [from](std::size_t column) { return from[column]; });
    }
  });
}

template <typename Stored>
void PackedLinear::apply(const Stored* rows, std::size_t stride, std::size_t count, float* out) const {
  constexpr std::size_t kDepth = kSlice<float>;
  const std::size_t sumStride = roundedUp(outputs(), packed_.width());
  AlignedVector<float> left(count * kDepth), sums(count * sumStride);
  for (std::size_t first = 0; first < columns_; first += kDepth) {
    const std::size_t depth = std::min(kDepth, columns_ - first);
    for (std::size_t r = 0; r < count; r++) {
      centering_.apply(rows + r * stride, first, depth, left.data() + r * kDepth);
    }
    multiplySlice(kernels_, LeftRows<float>{left.data(), kDepth}, count, packed_, 0, sumStride, first, depth,
                  sums.data(), sumStride, first > 0);
  }
  for (std::size_t r = 0; r < count; r++) {
    for (std::size_t k = 0; k < outputs(); k++) {
      out[r * outputs() + k] = static_cast<float>(sums[r * sumStride + k] + intercept_[k]);
    }
  }
}

template void PackedLinear::apply(const float*, std::size_t, std::size_t, float*) const;
template void PackedLinear::apply(const std::uint8_t*, std::size_t, std::size_t, float*) const;

}  // namespace handful
