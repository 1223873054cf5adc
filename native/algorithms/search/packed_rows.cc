#include "search/packed_rows.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "linalg/float64.h"

namespace handful {
namespace {

/// Rounding to fewer integers than this would leave too much to be decided exactly.
constexpr std::int32_t kFewestIntegers = 1024;

/// The largest integer for which a sum of products with bytes fits 32 bits.
std::int32_t largestInt16For(const Matrix& x) {
  const std::size_t fits = 0x7fffffff / (255 * x.stride());
  return static_cast<std::int32_t>(std::min<std::size_t>(fits, 0x7fff));
}

std::size_t rowAt(std::size_t first, std::size_t r) { return first + r; }
std::size_t rowAt(const std::int32_t* rows, std::size_t r) { return static_cast<std::size_t>(rows[r]); }

/// Whether all of some values that 32 bits can hold are integers.
bool areIntegers(const double* values, std::size_t count) {
  bool whole = true;
  for (std::size_t i = 0; i < count; i++) whole &= values[i] == static_cast<std::int32_t>(values[i]);
  return whole;
}

}  // namespace

PackedRows::Form PackedRows::formFor(const Kernels& kernels, const Matrix& x, Values values) {
  if (!x.isBytes()) return Form::kFloats;
  if (values == Values::kBytes && kernels.multiplyBytes && largestInt16For(x) >= 255) return Form::kBytes;
  return kernels.int16IsFaster && largestInt16For(x) >= kFewestIntegers ? Form::kInt16 : Form::kFloats;
}

PackedRows::PackedRows(const Kernels& kernels, const Matrix& x, std::size_t count, Values values)
    : kernels_(kernels),
      x_(x),
      width_(roundedUp(count, kernels.panelWidth)),
      form_(formFor(kernels, x, values)),
      floats_(kernels, form_ == Form::kFloats ? width_ : 0, x.stride()),
      int16s_(kernels, form_ == Form::kInt16 ? width_ : 0, x.stride()),
      bytes_(kernels, form_ == Form::kBytes ? width_ : 0, x.stride()),
      steps_(width_, 0.0f),
      norms_(width_, 0.0),
      errors_(width_, 0.0) {}

void PackedRows::set(std::size_t index, const double* values) {
  double squaredNorm = 0;
  for (std::size_t column = 0; column < x_.columns(); column++)
    squaredNorm += values[column] * values[column];
  norms_[index] = std::sqrt(squaredNorm);
  switch (form_) {
    case Form::kFloats:
      return setFloats(index, values);
    case Form::kInt16:
      return setInt16(index, values);
    case Form::kBytes:
      return setBytes(index, values);
  }
}

// With u = 2^-24, q the row and x another, of n columns: rounding q to floats changes it by u |q| at most.
// The product is a sum in one float accumulator, which errs by n u / (1 - n u) times the sum of the absolute
// products (see kernels.h), and by Cauchy and Schwarz that sum is at most |x| |q|, however the signs cancel.
// So the product errs by at most |x| |q| (u + n u / (1 - n u)); 1.01 covers that it is the rounded q that is
// multiplied, and the rounding of these numbers. Where n u is no longer small the bound is |x| |q| itself:
// useless, but true.
void PackedRows::setFloats(std::size_t index, const double* values) {
  floats_.set(index, x_.columns(), [values](std::size_t column) { return values[column]; });
  constexpr double u = 0x1p-24;
  const double nu = static_cast<double>(x_.stride()) * u;
  errors_[index] = norms_[index] * (u + (nu < 0.5 ? nu / (1 - nu) : 1.0)) * 1.01;
}

// The product of integers is exact, for no sum of n products of a byte and an int16 leaves 32 bits. So the
// error is that of rounding the row q to integer multiples of the step, at most the length of the difference
// times |x| (Cauchy and Schwarz), and three roundings to a float: of the step, of the product, of the two
// multiplied. They change |x| |q| by 3 u; 1.01 covers that it is the rounded q that is multiplied. A step
// below 2^-126 loses digits, 2^-150 of it at most, times a sum below n 2^23: n 2^-127, for which whoever
// filters leaves room.
void PackedRows::setInt16(std::size_t index, const double* values) {
  const std::size_t columns = x_.columns();
  const std::int32_t largestInt16 = largestInt16For(x_);
  double largest = 0;
  for (std::size_t column = 0; column < columns; column++) {
    largest = std::max(largest, std::abs(values[column]));
  }
  // What is too small to be divided by becomes zeros, its whole length being the error.
  const bool asItIs = largest < 0x1p-900 || (largest <= largestInt16 && areIntegers(values, columns));
  const double step = asItIs ? 1 : largest / largestInt16, perStep = 1 / step;
  double squaredDifference = 0;
  int16s_.set(index, columns, [&](std::size_t column) {
    const std::int32_t integer = nearestInteger(values[column] * perStep);
    const double difference = values[column] - integer * step;
    squaredDifference += difference * difference;
    return static_cast<std::int16_t>(integer);
  });
  steps_[index] = static_cast<float>(step);
  errors_[index] = (std::sqrt(squaredDifference) + 3 * 0x1p-24 * norms_[index]) * 1.01;
}

// What the packed row lacks, kByteShift in each column, is made good by as many times the sum of the other
// row: the product is exact before it becomes a float.
void PackedRows::setBytes(std::size_t index, const double* values) {
  bytes_.set(index, x_.columns(), [values](std::size_t column) {
    return static_cast<std::int8_t>(static_cast<std::int32_t>(values[column]) - kByteShift);
  });
  steps_[index] = 1;
  errors_[index] = 1.01 * 0x1p-24 * norms_[index];
}

PackedProducts::PackedProducts(const PackedRows& packed, std::size_t tileRows)
    : packed_(packed),
      tile_(packed.kernels_, packed.x_, tileRows),
      sums_(packed.form_ == PackedRows::Form::kFloats ? 0 : tileRows * packed.width()),
      products_(tileRows * packed.width()) {}

const float* PackedProducts::multiply(std::size_t first, std::size_t count) {
  return multiplyRows(first, count);
}

const float* PackedProducts::multiply(const std::int32_t* rows, std::size_t count) {
  return multiplyRows(rows, count);
}

template <typename Rows>
const float* PackedProducts::multiplyRows(Rows rows, std::size_t count) {
  const auto multiply = [&](const auto* left, const auto& panels, auto& out) {
    const std::size_t stride = packed_.x_.stride(), width = packed_.width();
    multiplySliced(packed_.kernels_, LeftRows<std::remove_cvref_t<decltype(*left)>>{left, stride}, count,
                   panels, 0, width, stride, out.data(), width);
  };
  switch (packed_.form_) {
    case PackedRows::Form::kFloats:
      multiply(tile_.floats(rows, count), packed_.floats_, products_);
      break;
    case PackedRows::Form::kInt16:
      multiply(tile_.int16(rows, count), packed_.int16s_, sums_);
      for (std::size_t r = 0; r < count; r++) toFloats(r, 0);
      break;
    case PackedRows::Form::kBytes: {
      multiply(tile_.bytes(rows, count), packed_.bytes_, sums_);
      const std::vector<std::int32_t>& sums = packed_.x_.byteSums();
      for (std::size_t r = 0; r < count; r++) toFloats(r, kByteShift * sums[rowAt(rows, r)]);
      break;
    }
  }
  return products_.data();
}

void PackedProducts::toFloats(std::size_t r, std::int32_t addend) {
  const std::size_t width = packed_.width();
  packed_.kernels_.toFloats(sums_.data() + r * width, addend, packed_.steps_.data(),
                            products_.data() + r * width, width);
}

}  // namespace handful
