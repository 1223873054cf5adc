#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels.h"
#include "runtime/aligned.h"

namespace handful {

inline std::size_t roundedUp(std::size_t count, std::size_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

/// Vectors in the layout that the kernels' products read: panels of as many of them as the kernels multiply
/// at once, side by side. Floats and doubles lie one by one; of integers, as many equal elements as fill 32
/// bits lie together. Places in which nothing was set hold zeros.
template <typename Element>
class Panels {
 public:
  static constexpr std::size_t kGroup =
      std::is_integral_v<Element> ? sizeof(std::int32_t) / sizeof(Element) : 1;

  /// Vectors in a panel.
  static std::size_t widthOf(const Kernels& kernels) {
    return std::is_same_v<Element, double> ? kernels.doublePanelWidth : kernels.panelWidth;
  }

  /// depth: the elements of a vector, a multiple of 4 if they are integers.
  Panels(const Kernels& kernels, std::size_t count, std::size_t depth)
      : width_(widthOf(kernels)), depth_(depth), elements_(roundedUp(count, width_) * depth, Element{0}) {}

  std::size_t width() const { return width_; }
  std::size_t depth() const { return depth_; }

  /// Sets the first `count` elements of a vector, each to elementOf(d).
  template <typename ElementOf>
  void set(std::size_t index, std::size_t count, const ElementOf& elementOf) {
    Element* to = elements_.data() + index / width_ * width_ * depth_ + kGroup * (index % width_);
    for (std::size_t d = 0; d < count; d++) {
      to[d / kGroup * kGroup * width_ + d % kGroup] = static_cast<Element>(elementOf(d));
    }
  }

  /// The panel that begins with vector `first`, a multiple of width(), from element d on, the first of a
  /// group.
  Element* panel(std::size_t first, std::size_t d) { return elements_.data() + first * depth_ + d * width_; }
  const Element* panel(std::size_t first, std::size_t d) const {
    return elements_.data() + first * depth_ + d * width_;
  }

 private:
  std::size_t width_, depth_;
  AlignedVector<Element> elements_;
};

/// What bytes are packed less, so that they fit signed bytes.
constexpr std::int32_t kByteShift = 128;

/// Elements that one product takes: a slice of a panel stays in the first-level cache while rows go by.
template <typename Element>
constexpr std::size_t kSlice = 256 * Panels<Element>::kGroup;

/// Rows that panels are multiplied with: element d of row r is data[r * rowStride + d * depthStride].
/// Integers lie side by side.
template <typename Element>
struct LeftRows {
  const Element* data;
  std::size_t rowStride, depthStride = 1;
};

/// out[r * outStride + j] (+)= the product of row r with vector first + j, for j < columns, rounded up to
/// whole panels. It takes the vectors' elements from `begin` on, `depth` of them, and the rows' first.
template <typename Left, typename Right, typename Sum>
void multiplySlice(const Kernels& kernels, const LeftRows<Left>& left, std::size_t rows,
                   const Panels<Right>& right, std::size_t first, std::size_t columns, std::size_t begin,
                   std::size_t depth, Sum* out, std::size_t outStride, bool accumulate) {
  for (std::size_t j = 0; j < columns; j += right.width()) {
    const Right* panel = right.panel(first + j, begin);
    if constexpr (std::is_same_v<Right, float>) {
      kernels.multiply(left.data, left.rowStride, left.depthStride, rows, panel, depth, out + j, outStride,
                       accumulate);
    } else if constexpr (std::is_same_v<Right, double>) {
      kernels.multiplyDoubles(left.data, left.rowStride, left.depthStride, rows, panel, depth, out + j,
                              outStride, accumulate);
    } else if constexpr (std::is_same_v<Right, std::int16_t>) {
      kernels.multiplyInt16(left.data, left.rowStride, rows, panel, depth, out + j, outStride, accumulate);
    } else {
      kernels.multiplyBytes(left.data, left.rowStride, rows, panel, depth, out + j, outStride, accumulate);
    }
  }
}

/// The same over the first `depth` elements, a slice at a time; each sum runs over them in order.
template <typename Left, typename Right, typename Sum>
void multiplySliced(const Kernels& kernels, const LeftRows<Left>& left, std::size_t rows,
                    const Panels<Right>& right, std::size_t first, std::size_t columns, std::size_t depth,
                    Sum* out, std::size_t outStride) {
  for (std::size_t begin = 0; begin < depth; begin += kSlice<Right>) {
    multiplySlice(
        kernels, LeftRows<Left>{left.data + begin * left.depthStride, left.rowStride, left.depthStride}, rows,
        right, first, columns, begin, std::min(kSlice<Right>, depth - begin), out, outStride, begin > 0);
  }
}

}  // namespace handful
