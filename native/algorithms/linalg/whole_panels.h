#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/aligned.h"

namespace handful {

/// Rows of whole numbers in the layout that the kernels multiplyWords and multiplyBytes read: panels of
/// panelWidth rows side by side, within them groups of equal columns, as many as fill 32 bits. Places that
/// nothing was set in hold zeros.
template <typename Element>
class WholePanels {
 public:
  /// stride: the columns of a row, a multiple of 4.
  WholePanels(std::size_t panelWidth, std::size_t rows, std::size_t stride)
      : panelWidth_(panelWidth),
        stride_(stride),
        elements_((rows + panelWidth - 1) / panelWidth * panelWidth * stride, Element{0}) {}

  /// Sets the first `count` columns of a row, each to elementOf(column).
  template <typename ElementOf>
  void setRow(std::size_t row, std::size_t count, const ElementOf& elementOf) {
    const std::size_t first = row / panelWidth_ * panelWidth_ * stride_ + kGroup * (row % panelWidth_);
    Element* to = elements_.data() + first;
    for (std::size_t column = 0; column < count; column++) {
      to[column / kGroup * kGroup * panelWidth_ + column % kGroup] = static_cast<Element>(elementOf(column));
    }
  }

  /// The panel that begins with a row, a multiple of the panel's width, from the first column of a group on.
  const Element* panel(std::size_t row, std::size_t column) const {
    return elements_.data() + row * stride_ + column * panelWidth_;
  }

 private:
  static constexpr std::size_t kGroup = sizeof(std::int32_t) / sizeof(Element);

  std::size_t panelWidth_, stride_;
  AlignedVector<Element> elements_;
};

using WordPanels = WholePanels<std::int16_t>;
using BytePanels = WholePanels<std::int8_t>;

/// What bytes are packed less, so that they fit signed bytes.
constexpr std::int32_t kByteShift = 128;

}  // namespace handful
