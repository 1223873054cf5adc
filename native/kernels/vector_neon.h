#pragma once

// Four floats: AArch64 Advanced SIMD, which every 64-bit Arm processor has.

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace HANDFUL_NAMESPACE {
namespace {

struct Vector {
  using Element = float;
  static constexpr size_t kWidth = 4;
  // Thirty-two registers: 5 x 4 accumulators, four of the panel, five rows' elements.
  static constexpr size_t kMultiplyRows = 5, kMultiplyVectors = 4;
  // 2 x 10 accumulators, two of the rows, one of the weights.
  static constexpr size_t kClassGroup = 10;
  // Int16 takes four instructions for what floats take two.
  static constexpr bool kInt16IsFaster = false;

  float32x4_t value;
  using Mask = uint32x4_t;

  static Vector zero() { return {vdupq_n_f32(0.0f)}; }
  static Vector set(float value) { return {vdupq_n_f32(value)}; }
  static Vector load(const float* from) { return {vld1q_f32(from)}; }
  static Vector load(const uint8_t* from) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(word));
    return {vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))))};
  }
  void store(float* to) const { vst1q_f32(to, value); }

  Vector operator+(Vector other) const { return {vaddq_f32(value, other.value)}; }
  Vector operator-(Vector other) const { return {vsubq_f32(value, other.value)}; }
  Vector operator*(Vector other) const { return {vmulq_f32(value, other.value)}; }
  Vector operator/(Vector other) const { return {vdivq_f32(value, other.value)}; }
  Vector multiplyAdd(Vector factor, Vector addend) const {
    return {vfmaq_f32(addend.value, value, factor.value)};
  }

  static Vector min(Vector a, Vector b) { return {vminq_f32(a.value, b.value)}; }
  static Vector max(Vector a, Vector b) { return {vmaxq_f32(a.value, b.value)}; }
  static Mask equal(Vector a, Vector b) { return vceqq_f32(a.value, b.value); }
  static Mask lessOrEqual(Vector a, Vector b) { return vcleq_f32(a.value, b.value); }
  static Mask andNot(Mask a, Mask b) { return vbicq_u32(a, b); }
  static Mask either(Mask a, Mask b) { return vorrq_u32(a, b); }
  static Mask none() { return vdupq_n_u32(0); }
  static Vector select(Mask mask, Vector yes, Vector no) { return {vbslq_f32(mask, yes.value, no.value)}; }
  static uint32_t bits(Mask mask) {
    const uint32_t weights[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(mask, vld1q_u32(weights)));
  }

  Vector squareRoot() const { return {vsqrtq_f32(value)}; }
  float minimum() const { return vminvq_f32(value); }
  float sum() const { return vaddvq_f32(value); }
  double sumAsDouble() const {
    return vaddvq_f64(vaddq_f64(vcvt_f64_f32(vget_low_f32(value)), vcvt_high_f64_f32(value)));
  }

  Vector roundToNearest() const { return {vrndnq_f32(value)}; }
  static Vector powerOfTwo(Vector exponent) {
    const int32x4_t biased = vaddq_s32(vcvtq_s32_f32(exponent.value), vdupq_n_s32(127));
    return {vreinterpretq_f32_s32(vshlq_n_s32(biased, 23))};
  }
};

struct Doubles {
  using Element = double;
  static constexpr size_t kWidth = 2;
  static constexpr size_t kMultiplyRows = Vector::kMultiplyRows, kMultiplyVectors = Vector::kMultiplyVectors;

  float64x2_t value;

  static Doubles zero() { return {vdupq_n_f64(0.0)}; }
  static Doubles set(double value) { return {vdupq_n_f64(value)}; }
  static Doubles load(const double* from) { return {vld1q_f64(from)}; }
  void store(double* to) const { vst1q_f64(to, value); }
  Doubles multiplyAdd(Doubles factor, Doubles addend) const {
    return {vfmaq_f64(addend.value, value, factor.value)};
  }
};

struct IntegerVector {
  using Groups = int16x8_t;

  int32x4_t value;

  static IntegerVector zero() { return {vdupq_n_s32(0)}; }
  static IntegerVector set(int32_t value) { return {vdupq_n_s32(value)}; }
  static IntegerVector load(const int32_t* from) { return {vld1q_s32(from)}; }
  void store(int32_t* to) const { vst1q_s32(to, value); }
  static IntegerVector fromBytes(const uint8_t* from) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(word));
    return {vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))))};
  }
  IntegerVector operator+(IntegerVector other) const { return {vaddq_s32(value, other.value)}; }
  static Groups loadGroups(const int16_t* from) { return vld1q_s16(from); }
  static Groups broadcastGroup(const int16_t* from) {
    int32_t pair;
    memcpy(&pair, from, sizeof pair);
    return vreinterpretq_s16_s32(vdupq_n_s32(pair));
  }
  IntegerVector addProducts(Groups a, Groups b, int16_t) const {
    const int32x4_t low = vmull_s16(vget_low_s16(a), vget_low_s16(b)), high = vmull_high_s16(a, b);
    return {vaddq_s32(value, vpaddq_s32(low, high))};
  }
#if defined(HANDFUL_I8MM)
  static constexpr bool kMultipliesBytes = true;
  static Groups loadGroups(const int8_t* from) { return vreinterpretq_s16_s8(vld1q_s8(from)); }
  static Groups broadcastGroup(const uint8_t* from) {
    int32_t group;
    memcpy(&group, from, sizeof group);
    return vreinterpretq_s16_s32(vdupq_n_s32(group));
  }
  IntegerVector addProducts(Groups a, Groups b, uint8_t) const {
    return {vusdotq_s32(value, vreinterpretq_u8_s16(a), vreinterpretq_s8_s16(b))};
  }
#else
  static constexpr bool kMultipliesBytes = false;
#endif
  Vector toFloats() const { return {vcvtq_f32_s32(value)}; }
  static void widen(const uint8_t* from, int16_t* to) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32(word));
    vst1_s16(to, vreinterpret_s16_u16(vget_low_u16(vmovl_u8(bytes))));
  }
};

}  // namespace
}  // namespace HANDFUL_NAMESPACE
