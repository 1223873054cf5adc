#pragma once

// Sixteen floats: AVX-512 F, BW, DQ, VL.

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace HANDFUL_NAMESPACE {
namespace {

struct Vector {
  using Element = float;
  static constexpr size_t kWidth = 16;
  // Thirty-two registers: 12 x 2 accumulators, two of the panel, one broadcast.
  static constexpr size_t kMultiplyRows = 12, kMultiplyVectors = 2;
  // 2 x 10 accumulators, two of the rows, one of the weights.
  static constexpr size_t kClassGroup = 10;
  static constexpr bool kInt16IsFaster = true;

  __m512 value;
  using Mask = __mmask16;

  static Vector zero() { return {_mm512_setzero_ps()}; }
  static Vector set(float value) { return {_mm512_set1_ps(value)}; }
  static Vector load(const float* from) { return {_mm512_loadu_ps(from)}; }
  static Vector load(const uint8_t* from) {
    return {
        _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))))};
  }
  void store(float* to) const { _mm512_storeu_ps(to, value); }

  Vector operator+(Vector other) const { return {_mm512_add_ps(value, other.value)}; }
  Vector operator-(Vector other) const { return {_mm512_sub_ps(value, other.value)}; }
  Vector operator*(Vector other) const { return {_mm512_mul_ps(value, other.value)}; }
  Vector operator/(Vector other) const { return {_mm512_div_ps(value, other.value)}; }
  Vector multiplyAdd(Vector factor, Vector addend) const {
    return {_mm512_fmadd_ps(value, factor.value, addend.value)};
  }

  static Vector min(Vector a, Vector b) { return {_mm512_min_ps(a.value, b.value)}; }
  static Vector max(Vector a, Vector b) { return {_mm512_max_ps(a.value, b.value)}; }
  static Mask equal(Vector a, Vector b) { return _mm512_cmp_ps_mask(a.value, b.value, _CMP_EQ_OQ); }
  static Mask lessOrEqual(Vector a, Vector b) { return _mm512_cmp_ps_mask(a.value, b.value, _CMP_LE_OQ); }
  static Mask andNot(Mask a, Mask b) { return static_cast<Mask>(a & ~b); }
  static Mask either(Mask a, Mask b) { return static_cast<Mask>(a | b); }
  static Mask none() { return 0; }
  static Vector select(Mask mask, Vector yes, Vector no) {
    return {_mm512_mask_blend_ps(mask, no.value, yes.value)};
  }
  static uint32_t bits(Mask mask) { return mask; }

  Vector squareRoot() const { return {_mm512_sqrt_ps(value)}; }
  float minimum() const { return _mm512_reduce_min_ps(value); }
  float sum() const { return _mm512_reduce_add_ps(value); }
  double sumAsDouble() const {
    return _mm512_reduce_add_pd(_mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(value)),
                                              _mm512_cvtps_pd(_mm512_extractf32x8_ps(value, 1))));
  }

  Vector roundToNearest() const {
    return {_mm512_roundscale_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
  }
  static Vector powerOfTwo(Vector exponent) {
    return {_mm512_scalef_ps(_mm512_set1_ps(1.0f), exponent.value)};
  }
};

struct Doubles {
  using Element = double;
  static constexpr size_t kWidth = 8;
  static constexpr size_t kMultiplyRows = Vector::kMultiplyRows, kMultiplyVectors = Vector::kMultiplyVectors;

  __m512d value;

  static Doubles zero() { return {_mm512_setzero_pd()}; }
  static Doubles set(double value) { return {_mm512_set1_pd(value)}; }
  static Doubles load(const double* from) { return {_mm512_loadu_pd(from)}; }
  void store(double* to) const { _mm512_storeu_pd(to, value); }
  Doubles multiplyAdd(Doubles factor, Doubles addend) const {
    return {_mm512_fmadd_pd(value, factor.value, addend.value)};
  }
};

struct IntegerVector {
  using Groups = __m512i;

  __m512i value;

  static IntegerVector zero() { return {_mm512_setzero_si512()}; }
  static IntegerVector load(const int32_t* from) { return {_mm512_loadu_si512(from)}; }
  void store(int32_t* to) const { _mm512_storeu_si512(to, value); }
  static IntegerVector fromBytes(const uint8_t* from) {
    return {_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)))};
  }
  IntegerVector operator+(IntegerVector other) const { return {_mm512_add_epi32(value, other.value)}; }
  static IntegerVector set(int32_t value) { return {_mm512_set1_epi32(value)}; }
  static Groups loadGroups(const void* from) { return _mm512_loadu_si512(from); }
  static Groups broadcastGroup(const void* from) {
    int32_t group;
    memcpy(&group, from, sizeof group);
    return _mm512_set1_epi32(group);
  }
  IntegerVector addProducts(Groups a, Groups b, int16_t) const {
#if defined(HANDFUL_VNNI)
    return {_mm512_dpwssd_epi32(value, a, b)};
#else
    return {_mm512_add_epi32(value, _mm512_madd_epi16(a, b))};
#endif
  }
#if defined(HANDFUL_VNNI)
  static constexpr bool kMultipliesBytes = true;
  IntegerVector addProducts(Groups a, Groups b, uint8_t) const { return {_mm512_dpbusd_epi32(value, a, b)}; }
#else
  static constexpr bool kMultipliesBytes = false;
#endif
  Vector toFloats() const { return {_mm512_cvtepi32_ps(value)}; }
  static void widen(const uint8_t* from, int16_t* to) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  }
};

}  // namespace
}  // namespace HANDFUL_NAMESPACE
