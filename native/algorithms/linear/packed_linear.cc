#include "linear/packed_linear.h"

#include <algorithm>
#include <cstdint>

namespace handful {
namespace {

/// Columns that one product takes: a slice of a panel stays in the first-level cache while rows go by.
constexpr std::size_t kSlice = 256;

}  // namespace

PackedLinear::PackedLinear(Context& context, const LinearModel& model, double unit)
    : kernels_(context.kernels),
      intercept_(model.intercept),
      columns_(model.coef.size() / model.intercept.size()),
      panels_((intercept_.size() + kernels_.panelWidth - 1) / kernels_.panelWidth),
      centering_(columns_, unit, model.center, {}),
      packed_(panels_ * kernels_.panelWidth * columns_, 0.0f) {
  const std::size_t width = kernels_.panelWidth;
  context.pool.parallelFor(panels_, [&](std::size_t panel, unsigned) {
    float* to = packed_.data() + panel * width * columns_;
    for (std::size_t j = 0; j < std::min(width, outputs() - panel * width); j++) {
      const float* from = model.coef.data() + (panel * width + j) * columns_;
      for (std::size_t column = 0; column < columns_; column++) to[column * width + j] = from[column];
    }
  });
}

template <typename Stored>
void PackedLinear::apply(const Stored* rows, std::size_t stride, std::size_t count, float* out) const {
  const std::size_t width = kernels_.panelWidth, sumStride = panels_ * width;
  AlignedVector<float> left(count * kSlice), sums(count * sumStride);
  for (std::size_t first = 0; first < columns_; first += kSlice) {
    const std::size_t depth = std::min(kSlice, columns_ - first);
    for (std::size_t r = 0; r < count; r++) {
      centering_.apply(rows + r * stride, first, depth, left.data() + r * kSlice);
    }
    for (std::size_t panel = 0; panel < panels_; panel++) {
      kernels_.multiply(left.data(), kSlice, 1, count, packed_.data() + (panel * columns_ + first) * width,
                        depth, sums.data() + panel * width, sumStride, first > 0);
    }
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
