#include "packed_rows.h"

#include <algorithm>
#include <cmath>

namespace handful {
namespace {

/// Columns that one product takes: a slice of a panel (16 KB on AVX2) stays in the first-level cache while
/// the rows of a tile go by.
constexpr std::size_t kSlice = 256;

/// Rounding to fewer whole numbers than this would leave too much to be decided exactly.
constexpr std::int32_t kFewestWords = 1024;

/// The largest whole number for which a sum of products with bytes fits 32 bits; 0 where floats serve better.
std::int32_t largestWordFor(const Kernels& kernels, const Matrix& x) {
  if (!kernels.wordsPay || !x.isBytes()) return 0;
  const std::size_t fits = 0x7fffffff / (255 * x.stride());
  const std::int32_t largest = static_cast<std::int32_t>(std::min<std::size_t>(fits, 0x7fff));
  return largest < kFewestWords ? 0 : largest;
}

}  // namespace

PackedRows::PackedRows(const Kernels& kernels, const Matrix& x, std::size_t count)
    : kernels_(kernels),
      x_(x),
      width_((count + kernels.panelWidth - 1) / kernels.panelWidth * kernels.panelWidth),
      largestWord_(largestWordFor(kernels, x)),
      floats_(largestWord_ ? 0 : width_ * x.stride(), 0.0f),
      words_(largestWord_ ? width_ * x.stride() : 0, std::int16_t{0}),
      steps_(width_, 0.0f),
      norms_(width_, 0.0),
      errors_(width_, 0.0) {}

void PackedRows::set(std::size_t index, const double* values) {
  double squaredNorm = 0;
  for (std::size_t column = 0; column < x_.columns(); column++)
    squaredNorm += values[column] * values[column];
  norms_[index] = std::sqrt(squaredNorm);
  if (largestWord_) {
    setWords(index, values);
  } else {
    setFloats(index, values);
  }
}

// With u = 2^-24: rounding the row to floats changes it by u times its length at most. The product is a sum
// in one float accumulator, which errs by n u / (1 - n u) times the sum of the absolute products (Higham
// 2002, section 3.1), and by Cauchy and Schwarz that sum is at most the two lengths multiplied.
void PackedRows::setFloats(std::size_t index, const double* values) {
  const std::size_t panelWidth = kernels_.panelWidth;
  float* to = floats_.data() + index / panelWidth * panelWidth * x_.stride() + index % panelWidth;
  for (std::size_t column = 0; column < x_.columns(); column++) {
    to[column * panelWidth] = static_cast<float>(values[column]);
  }
  constexpr double u = 0x1p-24;
  const double nu = static_cast<double>(x_.stride()) * u;
  errors_[index] = norms_[index] * (u + (nu < 0.5 ? nu / (1 - nu) : 1.0)) * 1.01;
}

// The product of whole numbers is exact. So the error is that of rounding the row to whole multiples of the
// step, at most the length of the difference times the other row's (Cauchy and Schwarz), and three roundings
// to a float: of the step, of the product and of their product.
void PackedRows::setWords(std::size_t index, const double* values) {
  double largest = 0;
  bool whole = true;
  for (std::size_t column = 0; column < x_.columns(); column++) {
    largest = std::max(largest, std::abs(values[column]));
    whole &= values[column] == static_cast<double>(std::lrint(values[column]));
  }
  const double step = whole && largest <= largestWord_ ? 1 : largest / largestWord_;
  const std::size_t panelWidth = kernels_.panelWidth;
  std::int16_t* to = words_.data() + index / panelWidth * panelWidth * x_.stride() + 2 * (index % panelWidth);
  double squaredDifference = 0;
  for (std::size_t column = 0; column < x_.columns(); column++) {
    const std::int16_t word = static_cast<std::int16_t>(std::lrint(values[column] / step));
    const double difference = values[column] - word * step;
    squaredDifference += difference * difference;
    to[column / 2 * 2 * panelWidth + column % 2] = word;
  }
  steps_[index] = static_cast<float>(step);
  errors_[index] = (std::sqrt(squaredDifference) + 3 * 0x1p-24 * norms_[index]) * 1.01;
}

PackedProducts::PackedProducts(const PackedRows& packed, std::size_t tileRows)
    : packed_(packed),
      tile_(packed.kernels_, packed.x_, tileRows),
      sums_(packed.largestWord_ ? tileRows * packed.width() : 0),
      products_(tileRows * packed.width()) {}

const float* PackedProducts::multiply(std::size_t first, std::size_t count) {
  return multiplyRows(first, count);
}

const float* PackedProducts::multiply(const std::int32_t* rows, std::size_t count) {
  return multiplyRows(rows, count);
}

template <typename Rows>
const float* PackedProducts::multiplyRows(Rows rows, std::size_t count) {
  const Kernels& kernels = packed_.kernels_;
  const std::size_t width = packed_.width(), stride = packed_.x_.stride(), panelWidth = kernels.panelWidth;
  const auto eachSlice = [&](auto product) {
    for (std::size_t begin = 0; begin < stride; begin += kSlice) {
      const std::size_t depth = std::min(kSlice, stride - begin);
      for (std::size_t j = 0; j < width; j += panelWidth) {
        product(begin, depth, j, j * stride + begin * panelWidth, begin > 0);
      }
    }
  };
  if (packed_.largestWord_) {
    const std::int16_t* left = tile_.words(rows, count);
    eachSlice([&](std::size_t begin, std::size_t depth, std::size_t j, std::size_t panel, bool accumulate) {
      kernels.multiplyWords(left + begin, stride, count, packed_.words_.data() + panel, depth,
                            sums_.data() + j, width, accumulate);
    });
    for (std::size_t r = 0; r < count; r++) {
      kernels.toFloats(sums_.data() + r * width, packed_.steps_.data(), products_.data() + r * width, width);
    }
  } else {
    const float* left = tile_.floats(rows, count);
    eachSlice([&](std::size_t begin, std::size_t depth, std::size_t j, std::size_t panel, bool accumulate) {
      kernels.multiply(left + begin, stride, 1, count, packed_.floats_.data() + panel, depth,
                       products_.data() + j, width, accumulate);
    });
  }
  return products_.data();
}

}  // namespace handful
