#pragma once

// Eight floats: AVX2 and FMA.

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace HANDFUL_NAMESPACE {
namespace {

struct Vector {
  using Element = float;
  static constexpr size_t kWidth = 8;
  // Sixteen registers: 6 x 2 accumulators, two of the panel, one broadcast.
  static constexpr size_t kMultiplyRows = 6, kMultiplyVectors = 2;
  // 2 x 5 accumulators, two of the rows, one of the weights.
  static constexpr size_t kClassGroup = 5;
  // As many instructions as multiply-adds of floats, but additions have more units, and loads are half.
  static constexpr bool kInt16IsFaster = true;

  __m256 value;
  using Mask = __m256;

  static Vector zero() { return {_mm256_setzero_ps()}; }
  static Vector set(float value) { return {_mm256_set1_ps(value)}; }
  static Vector load(const float* from) { return {_mm256_loadu_ps(from)}; }
  static Vector load(const uint8_t* from) {
    return {
        _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))))};
  }
  void store(float* to) const { _mm256_storeu_ps(to, value); }

  Vector operator+(Vector other) const { return {_mm256_add_ps(value, other.value)}; }
  Vector operator-(Vector other) const { return {_mm256_sub_ps(value, other.value)}; }
  Vector operator*(Vector other) const { return {_mm256_mul_ps(value, other.value)}; }
  Vector operator/(Vector other) const { return {_mm256_div_ps(value, other.value)}; }
  Vector multiplyAdd(Vector factor, Vector addend) const {
    return {_mm256_fmadd_ps(value, factor.value, addend.value)};
  }

  static Vector min(Vector a, Vector b) { return {_mm256_min_ps(a.value, b.value)}; }
  static Vector max(Vector a, Vector b) { return {_mm256_max_ps(a.value, b.value)}; }
  static Mask equal(Vector a, Vector b) { return _mm256_cmp_ps(a.value, b.value, _CMP_EQ_OQ); }
  static Mask lessOrEqual(Vector a, Vector b) { return _mm256_cmp_ps(a.value, b.value, _CMP_LE_OQ); }
  static Mask andNot(Mask a, Mask b) { return _mm256_andnot_ps(b, a); }
  static Mask either(Mask a, Mask b) { return _mm256_or_ps(a, b); }
  static Mask none() { return _mm256_setzero_ps(); }
  static Vector select(Mask mask, Vector yes, Vector no) {
    return {_mm256_blendv_ps(no.value, yes.value, mask)};
  }
  static uint32_t bits(Mask mask) { return static_cast<uint32_t>(_mm256_movemask_ps(mask)); }

  Vector squareRoot() const { return {_mm256_sqrt_ps(value)}; }
  float minimum() const {
    __m128 half = _mm_min_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    half = _mm_min_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_min_ss(half, _mm_movehdup_ps(half)));
  }
  float sum() const {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
  }
  double sumAsDouble() const {
    const __m256d quarters = _mm256_add_pd(_mm256_cvtps_pd(_mm256_castps256_ps128(value)),
                                           _mm256_cvtps_pd(_mm256_extractf128_ps(value, 1)));
    const __m128d half = _mm_add_pd(_mm256_castpd256_pd128(quarters), _mm256_extractf128_pd(quarters, 1));
    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
  }

  Vector roundToNearest() const {
    return {_mm256_round_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
  }
  static Vector powerOfTwo(Vector exponent) {
    const __m256i biased = _mm256_add_epi32(_mm256_cvtps_epi32(exponent.value), _mm256_set1_epi32(127));
    return {_mm256_castsi256_ps(_mm256_slli_epi32(biased, 23))};
  }
};

struct Doubles {
  using Element = double;
  static constexpr size_t kWidth = 4;
  static constexpr size_t kMultiplyRows = Vector::kMultiplyRows, kMultiplyVectors = Vector::kMultiplyVectors;

  __m256d value;

  static Doubles zero() { return {_mm256_setzero_pd()}; }
  static Doubles set(double value) { return {_mm256_set1_pd(value)}; }
  static Doubles load(const double* from) { return {_mm256_loadu_pd(from)}; }
  void store(double* to) const { _mm256_storeu_pd(to, value); }
  Doubles multiplyAdd(Doubles factor, Doubles addend) const {
    return {_mm256_fmadd_pd(value, factor.value, addend.value)};
  }
};

struct IntegerVector {
  using Groups = __m256i;

  __m256i value;

  static IntegerVector zero() { return {_mm256_setzero_si256()}; }
  static IntegerVector set(int32_t value) { return {_mm256_set1_epi32(value)}; }
  static IntegerVector load(const int32_t* from) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))};
  }
  void store(int32_t* to) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), value); }
  static IntegerVector fromBytes(const uint8_t* from) {
    return {_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))};
  }
  IntegerVector operator+(IntegerVector other) const { return {_mm256_add_epi32(value, other.value)}; }
  static Groups loadGroups(const int16_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  static Groups broadcastGroup(const int16_t* from) {
    int32_t pair;
    memcpy(&pair, from, sizeof pair);
    return _mm256_set1_epi32(pair);
  }
  // The one instruction for bytes adds up pairs of products in 16 bits, too few for them.
  static constexpr bool kMultipliesBytes = false;
  IntegerVector addProducts(Groups a, Groups b, int16_t) const {
    return {_mm256_add_epi32(value, _mm256_madd_epi16(a, b))};
  }
  Vector toFloats() const { return {_mm256_cvtepi32_ps(value)}; }
  static void widen(const uint8_t* from, int16_t* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                     _mm_cvtepu8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
  }
};

}  // namespace
}  // namespace HANDFUL_NAMESPACE
