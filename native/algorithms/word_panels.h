#pragma once

#include <cstddef>
#include <cstdint>

#include "aligned.h"

namespace handful {

/// Rows of 16-bit whole numbers in the layout that the kernel multiplyWords reads: panels of panelWidth rows
/// side by side, within them pairs of equal columns. Places that nothing was set in hold zeros.
class WordPanels {
 public:
  /// stride: the columns of a row, an even number.
  WordPanels(std::size_t panelWidth, std::size_t rows, std::size_t stride)
      : panelWidth_(panelWidth),
        stride_(stride),
        words_((rows + panelWidth - 1) / panelWidth * panelWidth * stride, std::int16_t{0}) {}

  /// Sets the first `count` columns of a row, each to wordOf(column).
  template <typename WordOf>
  void setRow(std::size_t row, std::size_t count, const WordOf& wordOf) {
    const std::size_t pair = 2 * panelWidth_;
    std::int16_t* to = words_.data() + row / panelWidth_ * panelWidth_ * stride_ + 2 * (row % panelWidth_);
    for (std::size_t column = 0; column < count; column++) {
      to[column / 2 * pair + column % 2] = wordOf(column);
    }
  }

  /// The panel that begins with a row, a multiple of the panel's width, from an even column on.
  const std::int16_t* panel(std::size_t row, std::size_t column) const {
    return words_.data() + row * stride_ + column * panelWidth_;
  }

 private:
  std::size_t panelWidth_, stride_;
  AlignedVector<std::int16_t> words_;
};

}  // namespace handful
