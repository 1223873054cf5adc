#pragma once

#include <cstddef>

namespace handful {

/// How square patches lie in rows that are images: height x width pixels of `channels` values each,
/// row-major, channels last. Patches begin at every multiple of `stride` pixels, down and across, where a
/// whole one fits.
struct PatchGeometry {
  std::size_t height, width, channels, patchSize, stride;

  /// Values of an image.
  std::size_t columns() const { return height * rowLength(); }
  /// Values of one line of an image.
  std::size_t rowLength() const { return width * channels; }
  /// Values of one line of a patch, which lie side by side.
  std::size_t segmentLength() const { return patchSize * channels; }
  /// Values of a patch.
  std::size_t depth() const { return patchSize * segmentLength(); }

  /// Patches above one another, and side by side.
  std::size_t down() const { return (height - patchSize) / stride + 1; }
  std::size_t across() const { return (width - patchSize) / stride + 1; }
  std::size_t positions() const { return down() * across(); }
  /// Where in an image the patch in line y and column x of patches begins.
  std::size_t start(std::size_t y, std::size_t x) const { return (y * width + x) * stride * channels; }
};

}  // namespace handful
