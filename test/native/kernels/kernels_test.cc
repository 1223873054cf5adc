// Every kernel on every instruction set that this machine has, against a plain loop in float64: within the
// bounds that kernels.h states.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "runtime/aligned.h"
#include "support.h"

using namespace handful;

namespace {

/// What n roundings do at most, relatively; see kernels.h.
double g(double n) { return n * 0x1p-24 / (1 - n * 0x1p-24); }

/// What n sums and products below the normal floats add.
double underflow(std::size_t n) { return static_cast<double>(n) * 0x1p-150; }

class Numbers {
 public:
  float normal() { return static_cast<float>(normal_(engine_)); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(engine_() & 255); }
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  /// Of either sign and of any size between two powers of two.
  float ofAnySize(int from, int to) {
    const int exponent = from + static_cast<int>(below(static_cast<std::size_t>(to - from)));
    return std::ldexp(static_cast<float>(1 + normal() / 8), exponent) * (below(2) ? 1.0f : -1.0f);
  }

  AlignedVector<float> normals(std::size_t count) {
    AlignedVector<float> values(count);
    for (float& value : values) value = normal();
    return values;
  }
  AlignedVector<std::uint8_t> bytes(std::size_t count) {
    AlignedVector<std::uint8_t> values(count);
    for (std::uint8_t& value : values) value = byte();
    return values;
  }

 private:
  std::mt19937 engine_{20240607};
  std::normal_distribution<double> normal_;
};

}  // namespace

TEST_CASE("widen turns every byte into the float of the same value, any number of them") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const std::size_t count : {0, 1, 7, 16, 33, 256}) {
      std::vector<std::uint8_t> from(count);
      for (std::size_t i = 0; i < count; i++) from[i] = static_cast<std::uint8_t>(i);
      std::vector<float> to(count + 1, -1.0f);
      kernels.widen(from.data(), to.data(), count);
      for (std::size_t i = 0; i < count; i++) CHECK(to[i] == static_cast<float>(from[i]));
      CHECK(to[count] == -1.0f);
    }
  });
}

namespace {

/// Holds a product of floats or of doubles, whose unit of rounding is given, against a plain loop.
template <typename Real, typename Multiply>
void checkMultiply(Multiply multiply, std::size_t width, double rounding) {
  Numbers numbers;
  for (const std::size_t depth : {1, 2, 17, 300}) {
    for (std::size_t rows = 1; rows <= 27; rows++) {
      const bool turned = rows % 2 == 0, accumulate = rows % 3 == 0;
      AlignedVector<Real> left(rows * depth), panel(depth * width), out(rows * width, Real{0.5});
      for (Real& value : left) value = numbers.normal();
      for (Real& value : panel) value = numbers.normal();
      const std::size_t rowStride = turned ? 1 : depth, depthStride = turned ? rows : 1;
      multiply(left.data(), rowStride, depthStride, rows, panel.data(), depth, out.data(), width, accumulate);
      bool within = true;
      for (std::size_t r = 0; r < rows; r++) {
        for (std::size_t j = 0; j < width; j++) {
          double sum = accumulate ? 0.5 : 0, absolute = sum;
          for (std::size_t d = 0; d < depth; d++) {
            const double product =
                static_cast<double>(left[r * rowStride + d * depthStride]) * panel[d * width + j];
            sum += product;
            absolute += std::abs(product);
          }
          // The plain loop rounds too.
          const double nu = static_cast<double>(depth + 1) * (rounding + 0x1p-53);
          within &= std::abs(out[r * width + j] - sum) <= nu / (1 - nu) * absolute + 1e-30;
        }
      }
      CHECK(within);
    }
  }
}

}  // namespace

TEST_CASE("multiply stays within its stated error, for any number of rows, either stride, added or not") {
  onEachInstructionSet([](const Kernels& kernels) {
    checkMultiply<float>(kernels.multiply, kernels.panelWidth, 0x1p-24);
    checkMultiply<double>(kernels.multiplyDoubles, kernels.doublePanelWidth, 0x1p-53);
  });
}

TEST_CASE("multiply keeps to its stated error where products cancel, differ in size, or underflow") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    const std::size_t width = kernels.panelWidth, depth = 300, rows = 7;
    // The exponents of products: of any size, large, and about where floats lose digits and become zero.
    for (const auto& [from, to] : {std::pair{-40, 40}, {50, 59}, {-70, -60}, {-76, -72}}) {
      AlignedVector<float> left(rows * depth), panel(depth * width), out(rows * width);
      for (float& value : left) value = numbers.ofAnySize(from, to);
      for (float& value : panel) value = numbers.ofAnySize(from, to);
      // The first half again with the other sign, but for the last bit of a few.
      for (std::size_t d = depth / 2; d < depth; d++) {
        for (std::size_t r = 0; r < rows; r++) left[r * depth + d] = -left[r * depth + d - depth / 2];
        for (std::size_t j = 0; j < width; j++) {
          const float before = panel[(d - depth / 2) * width + j];
          panel[d * width + j] = numbers.below(9) ? before : std::nextafter(before, 0.0f);
        }
      }
      kernels.multiply(left.data(), depth, 1, rows, panel.data(), depth, out.data(), width, false);
      bool within = true;
      for (std::size_t r = 0; r < rows; r++) {
        for (std::size_t j = 0; j < width; j++) {
          double sum = 0, absolute = 0;
          for (std::size_t d = 0; d < depth; d++) {
            const double product = static_cast<double>(left[r * depth + d]) * panel[d * width + j];
            sum += product;
            absolute += std::abs(product);
          }
          // The plain loop, too, must be certain.
          const double slack = g(depth) * absolute + underflow(2 * depth) + 0x1p-40 * absolute;
          within &= std::abs(out[r * width + j] - sum) <= slack;
        }
      }
      CHECK(within);
    }
  });
}

TEST_CASE("multiplyInt16 is exact up to the largest sums that fit, for any number of rows, added or not") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    const std::size_t width = kernels.panelWidth;
    for (const std::size_t depth : {2, 16, 256}) {
      for (std::size_t rows = 1; rows <= 27; rows++) {
        const bool accumulate = rows % 2 == 0;
        AlignedVector<std::int16_t> left(rows * depth), panel(depth * width);
        for (std::int16_t& element : left) element = numbers.byte();
        for (std::int16_t& element : panel) element = static_cast<std::int16_t>(numbers.below(65536) - 32768);
        // The largest and the smallest sum: 256 times 255 times 32,767 is just below 2^31.
        std::fill_n(left.begin(), depth, std::int16_t{255});
        for (std::size_t d = 0; d < depth; d++) {
          panel[d / 2 * 2 * width + d % 2] = 32767;
          panel[d / 2 * 2 * width + 2 + d % 2] = -32767;
        }
        AlignedVector<std::int32_t> out(rows * width, accumulate ? -3 : 77);
        kernels.multiplyInt16(left.data(), depth, rows, panel.data(), depth, out.data(), width, accumulate);
        bool exact = true;
        for (std::size_t r = 0; r < rows; r++) {
          for (std::size_t j = 0; j < width; j++) {
            std::int64_t sum = accumulate ? -3 : 0;
            for (std::size_t d = 0; d < depth; d++) {
              sum += std::int64_t{left[r * depth + d]} * panel[d / 2 * 2 * width + 2 * j + d % 2];
            }
            exact &= out[r * width + j] == sum;
          }
        }
        CHECK(exact);
      }
    }
  });
}

TEST_CASE("multiplyBytes, where there is such an instruction, is exact up to the largest products") {
  onEachInstructionSet([](const Kernels& kernels) {
    if (!kernels.multiplyBytes) return;
    Numbers numbers;
    const std::size_t width = kernels.panelWidth;
    for (const std::size_t depth : {4, 16, 256}) {
      for (std::size_t rows = 1; rows <= 27; rows++) {
        const bool accumulate = rows % 2 == 0;
        AlignedVector<std::uint8_t> left = numbers.bytes(rows * depth);
        AlignedVector<std::int8_t> panel(depth * width);
        for (std::int8_t& byte : panel) byte = static_cast<std::int8_t>(numbers.below(256) - 128);
        // Pairs of such products do not fit 16 bits.
        std::fill_n(left.begin(), depth, std::uint8_t{255});
        for (std::size_t d = 0; d < depth; d++) {
          panel[d / 4 * 4 * width + d % 4] = 127;
          panel[d / 4 * 4 * width + 4 + d % 4] = -128;
        }
        AlignedVector<std::int32_t> out(rows * width, accumulate ? -3 : 77);
        kernels.multiplyBytes(left.data(), depth, rows, panel.data(), depth, out.data(), width, accumulate);
        bool exact = true;
        for (std::size_t r = 0; r < rows; r++) {
          for (std::size_t j = 0; j < width; j++) {
            std::int32_t sum = accumulate ? -3 : 0;
            for (std::size_t d = 0; d < depth; d++) {
              sum += left[r * depth + d] * panel[d / 4 * 4 * width + 4 * j + d % 4];
            }
            exact &= out[r * width + j] == sum;
          }
        }
        CHECK(exact);
      }
    }
  });
}

TEST_CASE("widenToInt16, addBytes and toFloats do what they say") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (const std::size_t count : {kColumnBlock, 7 * kColumnBlock}) {
      const AlignedVector<std::uint8_t> from = numbers.bytes(count);
      AlignedVector<std::int16_t> widened(count);
      AlignedVector<std::int32_t> sums(count, 1000000);
      kernels.widenToInt16(from.data(), widened.data(), count);
      kernels.addBytes(from.data(), sums.data(), count);
      for (std::size_t i = 0; i < count; i++) {
        CHECK(widened[i] == from[i]);
        CHECK(sums[i] == 1000000 + from[i]);
      }
    }
    const std::size_t width = kernels.panelWidth;
    const AlignedVector<float> factors = numbers.normals(width);
    AlignedVector<std::int32_t> whole(width);
    AlignedVector<float> floats(width);
    for (std::size_t i = 0; i < width; i++)
      whole[i] = static_cast<std::int32_t>(numbers.below(1 << 24)) - (1 << 23);
    kernels.toFloats(whole.data(), 41, factors.data(), floats.data(), width);
    for (std::size_t i = 0; i < width; i++)
      CHECK(floats[i] == static_cast<float>(whole[i] + 41) * factors[i]);
  });
}

TEST_CASE("squaredDistances of bytes are exact, however many columns") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (const std::size_t columns : {16, 784, 2048, 4112}) {
      const std::size_t xRows = 3, yRows = 6;
      AlignedVector<float> x(xRows * columns), y(yRows * columns);
      for (float& value : x) value = numbers.byte();
      for (float& value : y) value = numbers.byte();
      // The largest sums there can be.
      std::fill_n(x.begin(), columns, 255.0f);
      std::fill_n(y.begin(), columns, 0.0f);
      std::vector<double> out(xRows * yRows);
      kernels.squaredDistances(x.data(), columns, xRows, y.data(), columns, yRows, columns, out.data(),
                               yRows);
      for (std::size_t i = 0; i < xRows; i++) {
        for (std::size_t j = 0; j < yRows; j++) {
          double sum = 0;
          for (std::size_t c = 0; c < columns; c++) {
            const double difference = static_cast<double>(x[i * columns + c]) - y[j * columns + c];
            sum += difference * difference;
          }
          CHECK(out[i * yRows + j] == sum);
        }
      }
    }
  });
}

TEST_CASE("squaredDistances keep their relative accuracy where rows are nearly equal") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    const std::size_t columns = 784;
    const AlignedVector<float> x = numbers.normals(columns);
    AlignedVector<float> y = x;
    for (float& value : y) value = std::nextafter(value, 10.0f);
    double out = 0, sum = 0;
    kernels.squaredDistances(x.data(), columns, 1, y.data(), columns, 1, columns, &out, 1);
    for (std::size_t c = 0; c < columns; c++) {
      const double difference = static_cast<double>(x[c]) - y[c];
      sum += difference * difference;
    }
    CHECK(sum > 0);
    CHECK(std::abs(out - sum) <= g(132) * sum);
  });
}

TEST_CASE(
    "squaredDistances keep their relative accuracy far from the origin and for differences of any size") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    const std::size_t columns = 2064, rows = 5;
    for (const float distance : {0.0f, 1e3f, 1e12f}) {
      AlignedVector<float> x(rows * columns), y(rows * columns);
      for (float& value : x) value = distance + numbers.ofAnySize(-30, 30);
      for (float& value : y) value = distance + numbers.ofAnySize(-30, 30);
      std::vector<double> out(rows * rows);
      kernels.squaredDistances(x.data(), columns, rows, y.data(), columns, rows, columns, out.data(), rows);
      for (std::size_t i = 0; i < rows; i++) {
        for (std::size_t j = 0; j < rows; j++) {
          double sum = 0;
          for (std::size_t c = 0; c < columns; c++) {
            const double difference = static_cast<double>(x[i * columns + c]) - y[j * columns + c];
            sum += difference * difference;
          }
          CHECK(std::abs(out[i * rows + j] - sum) <= g(132) * sum);
        }
      }
    }
  });
}

TEST_CASE("filterMinimum finds the minimum and all that is within the slack of it, in order") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (int round = 0; round < 200; round++) {
      const std::size_t width = kernels.panelWidth * (1 + numbers.below(4));
      AlignedVector<float> products(width), offsets(width);
      for (std::size_t j = 0; j < width; j++) {
        // Few different values: ties by construction.
        products[j] = static_cast<float>(numbers.below(8));
        offsets[j] =
            j % 5 == 4 ? std::numeric_limits<float>::infinity() : static_cast<float>(numbers.below(8));
      }
      const float slack = static_cast<float>(numbers.below(3));
      std::vector<std::uint32_t> found(width), expected;
      float minimum = 0, least = std::numeric_limits<float>::infinity();
      found.resize(
          kernels.filterMinimum(products.data(), offsets.data(), width, slack, &minimum, found.data()));
      for (std::size_t j = 0; j < width; j++) least = std::min(least, offsets[j] - 2 * products[j]);
      for (std::size_t j = 0; j < width; j++) {
        if (offsets[j] - 2 * products[j] <= least + slack) expected.push_back(static_cast<std::uint32_t>(j));
      }
      CHECK(minimum == least);
      CHECK(found == expected);
    }
  });
}

TEST_CASE(
    "filterBelow finds all that is within its limit, in order, and nothing where the limit is -infinity") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (int round = 0; round < 200; round++) {
      const std::size_t width = kernels.panelWidth * (1 + numbers.below(4));
      AlignedVector<float> products(width), limits(width);
      for (std::size_t j = 0; j < width; j++) {
        products[j] = static_cast<float>(numbers.below(8));
        limits[j] =
            j % 7 == 6 ? -std::numeric_limits<float>::infinity() : static_cast<float>(numbers.below(8));
      }
      const float offset = static_cast<float>(numbers.below(16));
      std::vector<std::uint32_t> found(width), expected;
      found.resize(kernels.filterBelow(products.data(), limits.data(), width, offset, found.data()));
      for (std::size_t j = 0; j < width; j++) {
        if (offset - 2 * products[j] <= limits[j]) expected.push_back(static_cast<std::uint32_t>(j));
      }
      CHECK(found == expected);
    }
  });
}

TEST_CASE(
    "filterPairs finds all that matter to the row or to which it matters, in order, and no filled-up "
    "places") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (int round = 0; round < 200; round++) {
      const std::size_t width = kernels.panelWidth * (1 + numbers.below(4));
      AlignedVector<std::int32_t> products(width);
      AlignedVector<float> halves(width), limits(width);
      for (std::size_t j = 0; j < width; j++) {
        const bool filledUp = j % 7 == 6;
        products[j] = static_cast<std::int32_t>(numbers.below(16)) - 8;
        halves[j] = filledUp ? kInfinity : static_cast<float>(numbers.below(16));
        limits[j] = filledUp ? -kInfinity : static_cast<float>(numbers.below(8));
      }
      const float half = static_cast<float>(numbers.below(16));
      const float limit =
          round % 9 == 8 ? std::numeric_limits<float>::max() : static_cast<float>(numbers.below(8));
      std::vector<std::uint32_t> found(width), expected;
      found.resize(kernels.filterPairs(products.data(), halves.data(), limits.data(), width, half, limit,
                                       found.data()));
      for (std::size_t j = 0; j < width; j++) {
        const float product = static_cast<float>(products[j]);
        if (halves[j] - product <= limit || half - product <= limits[j]) {
          expected.push_back(static_cast<std::uint32_t>(j));
        }
      }
      CHECK(found == expected);
    }
  });
}

namespace {

/// A tile of rows with weights for some classes, and what a plain loop makes of them.
struct LogisticCase {
  LogisticCase(Numbers& numbers, std::size_t rowCount, std::size_t columnCount, std::size_t classCount)
      : rows(rowCount),
        columns(columnCount),
        classes(classCount),
        bytes(numbers.bytes(rows * columns)),
        floats(rows * columns),
        weights(numbers.normals(classes * columns)) {
    std::copy(bytes.begin(), bytes.end(), floats.begin());
    for (float& weight : weights) weight *= 0.01f;
  }

  /// Whether that is start plus the logit of class k for row i, within the stated bound.
  bool isLogit(float value, double start, std::size_t i, std::size_t k) const {
    double sum = start, absolute = std::abs(start);
    for (std::size_t c = 0; c < columns; c++) {
      const double product = static_cast<double>(floats[i * columns + c]) * weights[k * columns + c];
      sum += product;
      absolute += std::abs(product);
    }
    return std::abs(value - sum) <= g(static_cast<double>(columns + 1)) * absolute;
  }

  std::size_t rows, columns, classes;
  AlignedVector<std::uint8_t> bytes;
  AlignedVector<float> floats, weights;
};

}  // namespace

TEST_CASE("logits of bytes and of floats agree with the plain loop, for any number of classes and rows") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (std::size_t classes = 1; classes <= 23; classes++) {
      for (const std::size_t columns : {16, 112, 1040}) {
        const std::size_t rows = 1 + numbers.below(kLogisticTile);
        const LogisticCase tile(numbers, rows, columns, classes);
        AlignedVector<float> fromBytes(classes * kLogisticTile, 1.0f), fromFloats = fromBytes;
        kernels.logitsOfBytes(tile.bytes.data(), columns, rows, columns, tile.weights.data(), columns,
                              classes, fromBytes.data());
        kernels.logitsOfFloats(tile.floats.data(), columns, rows, columns, tile.weights.data(), columns,
                               classes, fromFloats.data());
        CHECK(fromBytes == fromFloats);
        bool within = true;
        for (std::size_t i = 0; i < rows; i++) {
          for (std::size_t k = 0; k < classes; k++) {
            within &= tile.isLogit(fromBytes[k * kLogisticTile + i], 1, i, k);
          }
        }
        CHECK(within);
        if (rows < kLogisticTile) CHECK(fromBytes[rows] == 1.0f);
      }
    }
  });
}

TEST_CASE("gradients of bytes and of floats agree with the plain loop, for any number of classes and rows") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (std::size_t classes = 1; classes <= 23; classes++) {
      for (const std::size_t columns : {16, 112}) {
        const std::size_t rows = 1 + numbers.below(kLogisticTile);
        const LogisticCase tile(numbers, rows, columns, classes);
        const AlignedVector<float> residuals = numbers.normals(classes * kLogisticTile);
        AlignedVector<float> fromBytes(classes * columns, 2.0f), fromFloats = fromBytes;
        kernels.gradientOfBytes(tile.bytes.data(), columns, rows, columns, residuals.data(), classes,
                                fromBytes.data(), columns);
        kernels.gradientOfFloats(tile.floats.data(), columns, rows, columns, residuals.data(), classes,
                                 fromFloats.data(), columns);
        CHECK(fromBytes == fromFloats);
        bool within = true;
        for (std::size_t k = 0; k < classes; k++) {
          for (std::size_t c = 0; c < columns; c++) {
            double sum = 2, absolute = 2;
            for (std::size_t i = 0; i < rows; i++) {
              const double product =
                  static_cast<double>(residuals[k * kLogisticTile + i]) * tile.floats[i * columns + c];
              sum += product;
              absolute += std::abs(product);
            }
            within &=
                std::abs(fromBytes[k * columns + c] - sum) <= g(static_cast<double>(rows + 1)) * absolute;
          }
        }
        CHECK(within);
      }
    }
  });
}

TEST_CASE("softmax sums to one and agrees with float64, for logits from equal to far apart") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (const double spread : {0.0, 1.0, 10.0, 100.0, 1e4}) {
      const std::size_t classes = 10;
      AlignedVector<float> logits = numbers.normals(classes * kLogisticTile);
      for (float& logit : logits) logit *= static_cast<float>(spread);
      AlignedVector<float> probabilities = logits;
      kernels.softmax(probabilities.data(), classes);
      for (std::size_t i = 0; i < kLogisticTile; i++) {
        double largest = -1e300, sum = 0;
        for (std::size_t k = 0; k < classes; k++) {
          largest = std::max(largest, static_cast<double>(logits[k * kLogisticTile + i]));
        }
        for (std::size_t k = 0; k < classes; k++) sum += std::exp(logits[k * kLogisticTile + i] - largest);
        for (std::size_t k = 0; k < classes; k++) {
          const double behind = largest - logits[k * kLogisticTile + i], expected = std::exp(-behind) / sum;
          const double bound = g(std::min(behind, 87.0) + static_cast<double>(classes) + 12);
          const double tolerance = behind <= 87 ? bound * expected : (1 + bound) * std::exp(-87.0);
          CHECK(std::abs(probabilities[k * kLogisticTile + i] - expected) <= tolerance);
        }
      }
    }
  });
}

TEST_CASE("the exponential that probabilities are made of is accurate to 2^-22") {
  onEachInstructionSet([](const Kernels& kernels) {
    AlignedVector<float> tile(2 * kLogisticTile), labels(kLogisticTile), weights(kLogisticTile, 1.0f),
        others(kLogisticTile), behind(kLogisticTile);
    double worst = 0;
    for (float x = -1e-6f; x > -87;) {
      AlignedVector<float> logits(kLogisticTile);
      for (float& logit : logits) logit = x *= 1.00037f;
      std::fill_n(tile.begin(), kLogisticTile, 0.0f);
      std::copy(logits.begin(), logits.end(), tile.begin() + kLogisticTile);
      kernels.residuals(tile.data(), 2, labels.data(), weights.data(), others.data(), behind.data());
      for (std::size_t i = 0; i < kLogisticTile && logits[i] > -87; i++) {
        const double expected = std::exp(static_cast<double>(logits[i]));
        worst = std::max(worst, std::abs(others[i] - expected) / expected);
      }
    }
    CHECK(worst <= 0x1p-22);
  });
}

TEST_CASE("residuals keep their relative accuracy where the own class is all but certain") {
  onEachInstructionSet([](const Kernels& kernels) {
    const std::size_t classes = 4;
    AlignedVector<float> tile(classes * kLogisticTile), labels(kLogisticTile), weights(kLogisticTile),
        others(kLogisticTile), behind(kLogisticTile);
    for (std::size_t i = 0; i < kLogisticTile; i++) {
      labels[i] = static_cast<float>(i % classes);
      weights[i] = i % 3 == 0 ? 0.0f : 2.0f;
      for (std::size_t k = 0; k < classes; k++) {
        // From a wrong class ahead by 10 to the own class ahead by 54.
        const double lead = -10.0 + 2.0 * static_cast<double>(i);
        tile[k * kLogisticTile + i] =
            k == i % classes ? static_cast<float>(lead) : 0.125f * static_cast<float>(k);
      }
    }
    const AlignedVector<float> logits = tile;
    kernels.residuals(tile.data(), classes, labels.data(), weights.data(), others.data(), behind.data());
    for (std::size_t i = 0; i < kLogisticTile; i++) {
      const std::size_t own = i % classes;
      double ownLoss = 0, farthest = 0;
      std::vector<double> relative(classes);
      for (std::size_t k = 0; k < classes; k++) {
        const double ahead =
            static_cast<double>(logits[k * kLogisticTile + i]) - logits[own * kLogisticTile + i];
        relative[k] = std::exp(ahead);
        farthest = std::max(farthest, std::abs(ahead));
        if (k != own) ownLoss += relative[k];
      }
      const double bound = g(farthest + 2 * static_cast<double>(classes) + 12);
      for (std::size_t k = 0; k < classes; k++) {
        const double share = k == own ? -ownLoss / (1 + ownLoss) : relative[k] / (1 + ownLoss);
        const double expected = weights[i] * share;
        CHECK(std::abs(tile[k * kLogisticTile + i] - expected) <= bound * std::abs(expected));
      }
      const double loss = std::log1p(static_cast<double>(others[i])) + behind[i];
      CHECK(std::abs(loss - std::log1p(ownLoss)) <= bound * std::log1p(ownLoss));
    }
  });
}

TEST_CASE("of equal largest logits one counts as the largest and the rest as others") {
  onEachInstructionSet([](const Kernels& kernels) {
    AlignedVector<float> tile(3 * kLogisticTile, 5.0f), labels(kLogisticTile, 1.0f),
        weights(kLogisticTile, 1.0f), others(kLogisticTile), behind(kLogisticTile);
    kernels.residuals(tile.data(), 3, labels.data(), weights.data(), others.data(), behind.data());
    CHECK(others[0] == 2.0f);
    CHECK(behind[0] == 0.0f);
    CHECK(tile[0] == doctest::Approx(1.0 / 3));
    CHECK(tile[kLogisticTile] == doctest::Approx(-2.0 / 3));
  });
}

TEST_CASE(
    "soft residuals are those of the labels where targets are certain, and agree with float64 elsewhere") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    const std::size_t classes = 5;
    AlignedVector<float> logits = numbers.normals(classes * kLogisticTile), targets(logits.size(), 0.0f),
                         labels(kLogisticTile), weights(kLogisticTile), others(kLogisticTile),
                         behind(kLogisticTile), softOthers(kLogisticTile), softBehind(kLogisticTile);
    for (float& logit : logits) logit *= 5;
    for (std::size_t i = 0; i < kLogisticTile; i++) {
      labels[i] = static_cast<float>(i % classes);
      weights[i] = static_cast<float>(i % 3);
      targets[i % classes * kLogisticTile + i] = 1;
    }
    AlignedVector<float> hard = logits, soft = logits;
    kernels.residuals(hard.data(), classes, labels.data(), weights.data(), others.data(), behind.data());
    kernels.softResiduals(soft.data(), classes, labels.data(), targets.data(), weights.data(),
                          softOthers.data(), softBehind.data());
    CHECK(soft == hard);
    CHECK(softOthers == others);
    CHECK(softBehind == behind);

    for (std::size_t i = 0; i < kLogisticTile; i++) {
      for (std::size_t k = 0; k < classes; k++) {
        targets[k * kLogisticTile + i] = k == i % classes ? 0.5f : 0.125f;
      }
    }
    soft = logits;
    kernels.softResiduals(soft.data(), classes, labels.data(), targets.data(), weights.data(),
                          softOthers.data(), softBehind.data());
    double worst = 0;
    for (std::size_t i = 0; i < kLogisticTile; i++) {
      double sum = 0, mean = 0;
      for (std::size_t k = 0; k < classes; k++) {
        sum += std::exp(static_cast<double>(logits[k * kLogisticTile + i]));
        mean += static_cast<double>(targets[k * kLogisticTile + i]) * logits[k * kLogisticTile + i];
      }
      for (std::size_t k = 0; k < classes; k++) {
        const std::size_t at = k * kLogisticTile + i;
        const double expected = weights[i] * (std::exp(static_cast<double>(logits[at])) / sum - targets[at]);
        worst = std::max(worst, std::abs(soft[at] - expected));
      }
      const double loss = std::log1p(static_cast<double>(softOthers[i])) + softBehind[i];
      worst = std::max(worst, std::abs(loss - (std::log(sum) - mean)));
    }
    CHECK(worst < 1e-5);
  });
}

TEST_CASE("normalizePatches cuts out patches of mean 0 and variance 1, those of one value left out") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (const std::size_t segmentLength : {1, 2, 5, 16, 33}) {
      constexpr std::size_t kSegments = 3, kCount = 7;
      const std::size_t depth = kSegments * segmentLength, imageStride = 2 * segmentLength + kCount;
      const std::size_t stride = (depth + kColumnBlock - 1) / kColumnBlock * kColumnBlock;
      AlignedVector<float> image = numbers.normals(kSegments * imageStride + kColumnBlock),
                           mask(stride, 0.0f), out(kCount * stride + kColumnBlock);
      std::fill_n(mask.begin(), depth, 1.0f);
      // The last two patches are of one value, which sums of floats don't divide evenly.
      for (std::size_t segment = 0; segment < kSegments; segment++) {
        std::fill_n(image.begin() + segment * imageStride + kCount - 2, segmentLength + 1, 0.1f);
      }
      const std::uint32_t at[kCount] = {4, 1, 2, 3, 0, kCount - 2, kCount - 1};
      std::uint32_t kept[kCount];
      const std::size_t rows =
          kernels.normalizePatches(image.data(), imageStride, at, kCount, kSegments, segmentLength,
                                   mask.data(), 0.25f, out.data(), stride, kept);
      REQUIRE(rows == kCount - 2);
      for (std::size_t r = 0; r < rows; r++) {
        CHECK(kept[r] == r);
        std::vector<double> patch;
        for (std::size_t i = 0; i < depth; i++) {
          patch.push_back(image[at[r] + i / segmentLength * imageStride + i % segmentLength]);
        }
        double mean = 0, variance = 0;
        for (const double value : patch) mean += value / static_cast<double>(depth);
        for (const double value : patch)
          variance += (value - mean) * (value - mean) / static_cast<double>(depth);
        bool within = true;
        for (std::size_t i = 0; i < stride; i++) {
          const double expected = i < depth ? (patch[i] - mean) / std::sqrt(variance + 0.25) : 0;
          within &= std::abs(out[r * stride + i] - expected) <= 1e-5;
        }
        CHECK(within);
      }
    }
  });
}

TEST_CASE("patches: distances of any number, their mean and least, and the sums of what is below the mean") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    const std::size_t panel = kernels.panelWidth, stride = 32, depth = 27;
    for (std::size_t rows = 1; rows <= 26; rows++) {
      // Two panels of whitening and two of centres, of which the last place only fills up.
      const std::size_t width = 2 * panel, nCenters = width - 1;
      const AlignedVector<float> patches = numbers.normals(rows * stride),
                                 whitening = numbers.normals(depth * width), shift = numbers.normals(width),
                                 centers = numbers.normals(depth * width);
      // Large enough for no squared distance to be below 0.
      AlignedVector<float> offsets(width, 2000.0f), shares(width, 1 / static_cast<float>(nCenters)),
          distances(rows * width), lengths(rows), means(rows), least(rows), sums(width, 1.0f);
      shares[nCenters] = 0;
      const PatchPanels panels{depth, whitening.data(), 2, shift.data(), centers.data(), 2, offsets.data()};
      kernels.patchDistances(patches.data(), stride, rows, panels, distances.data(), width, lengths.data());
      for (std::size_t r = 0; r < rows; r++) {
        kernels.meanAndLeast(distances.data() + r * width, shares.data(), width, &means[r], &least[r]);
      }
      kernels.addActivations(distances.data(), width, rows, means.data(), width, sums.data());

      const auto product = [&](const AlignedVector<float>& packed, std::size_t r, std::size_t j) {
        double sum = 0;
        for (std::size_t d = 0; d < depth; d++) {
          sum += static_cast<double>(patches[r * stride + d]) *
                 packed[j / panel * panel * depth + d * panel + j % panel];
        }
        return sum;
      };
      std::vector<double> expectedSums(width, 1);
      for (std::size_t r = 0; r < rows; r++) {
        double length = 0, mean = 0;
        for (std::size_t i = 0; i < width; i++) {
          const double whitened = product(whitening, r, i) + shift[i];
          length += whitened * whitened;
        }
        CHECK(lengths[r] == doctest::Approx(length).epsilon(1e-4));
        std::vector<double> expected(width);
        for (std::size_t j = 0; j < width; j++) {
          expected[j] = std::sqrt(length + offsets[j] + product(centers, r, j));
          if (j < nCenters) mean += expected[j] / static_cast<double>(nCenters);
          CHECK(distances[r * width + j] == doctest::Approx(expected[j]).epsilon(1e-4));
        }
        CHECK(means[r] == doctest::Approx(mean).epsilon(1e-4));
        CHECK(least[r] == *std::min_element(&distances[r * width], &distances[r * width] + width));
        for (std::size_t j = 0; j < width; j++) expectedSums[j] += std::max(0.0, mean - expected[j]);
      }
      for (std::size_t j = 0; j < width; j++) {
        CHECK(sums[j] == doctest::Approx(expectedSums[j]).epsilon(0.01));
      }
    }
  });
}

TEST_CASE("meanAndLeast passes a distance that is not a number on to the mean") {
  onEachInstructionSet([](const Kernels& kernels) {
    const std::size_t width = kernels.panelWidth;
    const AlignedVector<float> shares(width, 1.0f);
    for (std::size_t unknown = 0; unknown < width; unknown++) {
      AlignedVector<float> distances(width, 3.0f);
      distances[unknown] = std::nanf("");
      float mean, least;
      kernels.meanAndLeast(distances.data(), shares.data(), width, &mean, &least);
      CHECK(std::isnan(mean));
    }
  });
}

TEST_CASE("addScaled and dot take any number of elements") {
  onEachInstructionSet([](const Kernels& kernels) {
    Numbers numbers;
    for (std::size_t count = 0; count < 70; count++) {
      const AlignedVector<float> x = numbers.normals(count);
      AlignedVector<float> y = numbers.normals(count);
      double sum = 0, absolute = 0;
      for (std::size_t i = 0; i < count; i++) {
        const double product = static_cast<double>(x[i]) * y[i];
        sum += product;
        absolute += std::abs(product);
      }
      CHECK(std::abs(kernels.dot(x.data(), y.data(), count) - sum) <=
            g(static_cast<double>(count)) * absolute);
      const AlignedVector<float> before = y;
      kernels.addScaled(0.3f, x.data(), y.data(), count);
      for (std::size_t i = 0; i < count; i++) {
        const double product = static_cast<double>(0.3f) * x[i];
        CHECK(std::abs(y[i] - (before[i] + product)) <= g(2) * (std::abs(before[i]) + std::abs(product)));
      }
    }
  });
}
