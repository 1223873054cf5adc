#pragma once

// One float at a time: runs anywhere, and shows what each operation means.

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace HANDFUL_NAMESPACE {
namespace {

struct Vector {
  using Element = float;
  static constexpr size_t kWidth = 1;
  /// Register tiles that fit this processor's registers; see kernels.inl.h.
  static constexpr size_t kMultiplyRows = 4, kMultiplyVectors = 4;
  static constexpr size_t kClassGroup = 4;
  /// Whether multiplyInt16 is faster than multiply.
  static constexpr bool kInt16IsFaster = false;

  float value;
  using Mask = bool;

  static Vector zero() { return {0.0f}; }
  static Vector set(float value) { return {value}; }
  static Vector load(const float* from) { return {*from}; }
  static Vector load(const uint8_t* from) { return {static_cast<float>(*from)}; }
  void store(float* to) const { *to = value; }

  Vector operator+(Vector other) const { return {value + other.value}; }
  Vector operator-(Vector other) const { return {value - other.value}; }
  Vector operator*(Vector other) const { return {value * other.value}; }
  Vector operator/(Vector other) const { return {value / other.value}; }
  /// this * factor + addend
  Vector multiplyAdd(Vector factor, Vector addend) const { return {value * factor.value + addend.value}; }

  static Vector min(Vector a, Vector b) { return {a.value < b.value ? a.value : b.value}; }
  static Vector max(Vector a, Vector b) { return {a.value > b.value ? a.value : b.value}; }
  static Mask equal(Vector a, Vector b) { return a.value == b.value; }
  static Mask lessOrEqual(Vector a, Vector b) { return a.value <= b.value; }
  static Mask andNot(Mask a, Mask b) { return a && !b; }
  static Mask either(Mask a, Mask b) { return a || b; }
  static Mask none() { return false; }
  static Vector select(Mask mask, Vector yes, Vector no) { return mask ? yes : no; }
  /// Bit i is lane i.
  static uint32_t bits(Mask mask) { return mask ? 1u : 0u; }

  Vector squareRoot() const {
#if defined(__GNUC__)
    return {__builtin_sqrtf(value)};
#else
    return {sqrtf(value)};
#endif
  }
  float minimum() const { return value; }
  float sum() const { return value; }
  double sumAsDouble() const { return value; }

  Vector roundToNearest() const {
    const float magic = 12582912.0f;  // 1.5 * 2^23: adding it leaves no room for a fraction
    return {(value + magic) - magic};
  }
  /// 2 to the power of an integer from -126 to 127.
  static Vector powerOfTwo(Vector exponent) {
    const uint32_t word = static_cast<uint32_t>(static_cast<int32_t>(exponent.value) + 127) << 23;
    float power;
    memcpy(&power, &word, sizeof power);
    return {power};
  }
};

/// What multiplyDoubles needs of a vector of doubles.
struct Doubles {
  using Element = double;
  static constexpr size_t kWidth = 1;
  static constexpr size_t kMultiplyRows = Vector::kMultiplyRows, kMultiplyVectors = Vector::kMultiplyVectors;

  double value;

  static Doubles zero() { return {0.0}; }
  static Doubles set(double value) { return {value}; }
  static Doubles load(const double* from) { return {*from}; }
  void store(double* to) const { *to = value; }
  Doubles multiplyAdd(Doubles factor, Doubles addend) const { return {value * factor.value + addend.value}; }
};

/// Integers for multiplyInt16 and multiplyBytes: one 32-bit sum a lane, to which the products of a group
/// are added: two 16-bit numbers, or four bytes where the instruction set multiplies those.
struct IntegerVector {
  static constexpr bool kMultipliesBytes = false;
  using Groups = const int16_t*;

  int32_t value;

  static IntegerVector zero() { return {0}; }
  static IntegerVector set(int32_t value) { return {value}; }
  static IntegerVector load(const int32_t* from) { return {*from}; }
  void store(int32_t* to) const { *to = value; }
  static IntegerVector fromBytes(const uint8_t* from) { return {*from}; }
  IntegerVector operator+(IntegerVector other) const { return {value + other.value}; }
  /// One group for each lane.
  static Groups loadGroups(const int16_t* from) { return from; }
  /// The same group for every lane.
  static Groups broadcastGroup(const int16_t* from) { return from; }
  IntegerVector addProducts(Groups a, Groups b, int16_t) const { return {value + a[0] * b[0] + a[1] * b[1]}; }
  Vector toFloats() const { return {static_cast<float>(value)}; }
  /// kWidth bytes as int16.
  static void widen(const uint8_t* from, int16_t* to) { *to = *from; }
};

}  // namespace
}  // namespace HANDFUL_NAMESPACE
