#include "linalg/panels.h"

#include <random>
#include <vector>

#include "support.h"

using namespace handful;

namespace {

/// Products of small integers, which every element type holds exactly, against the plain loop.
template <typename Left, typename Right, typename Sum>
void checkProducts(const Kernels& kernels, std::size_t rows, std::size_t count, std::size_t depth) {
  std::mt19937 engine(static_cast<std::uint32_t>(rows + 100 * count + 10000 * depth));
  AlignedVector<Left> left(rows * depth);
  for (Left& value : left) value = static_cast<Left>(engine() % 100);
  std::vector<Right> right(count * depth);
  for (Right& value : right) value = static_cast<Right>(engine() % 100);
  Panels<Right> panels(kernels, count, depth);
  for (std::size_t j = 0; j < count; j++) {
    panels.set(j, depth, [&](std::size_t d) { return right[j * depth + d]; });
  }
  const std::size_t width = roundedUp(count, panels.width());
  AlignedVector<Sum> out(rows * width);
  multiplySliced(kernels, LeftRows<Left>{left.data(), depth}, rows, panels, 0, width, depth, out.data(),
                 width);
  std::size_t wrong = 0;
  for (std::size_t r = 0; r < rows; r++) {
    for (std::size_t j = 0; j < width; j++) {
      Sum expected = 0;
      for (std::size_t d = 0; j < count && d < depth; d++) {
        expected += static_cast<Sum>(left[r * depth + d]) * static_cast<Sum>(right[j * depth + d]);
      }
      if (out[r * width + j] != expected) wrong++;
    }
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a sliced product is that of the plain loop, for every type of elements") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const std::size_t depth : {16, 240, 256, 272, 1040}) {
      for (const std::size_t rows : {1, 7, 13}) {
        for (const std::size_t count : {1, 31, 65}) {
          checkProducts<float, float, float>(kernels, rows, count, depth);
          checkProducts<double, double, double>(kernels, rows, count, depth);
          checkProducts<std::int16_t, std::int16_t, std::int32_t>(kernels, rows, count, depth);
          if (kernels.multiplyBytes) {
            checkProducts<std::uint8_t, std::int8_t, std::int32_t>(kernels, rows, count, depth);
          }
        }
      }
    }
  });
}
