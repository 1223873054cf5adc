// Lets the AVX-512 kernels be compiled for, and tested on, processors without AVX-512: stands before the
// compiler's <immintrin.h> and gives the intrinsics that native/kernels/vector_avx512.h uses another meaning,
// mostly that of SIMDe (Debian's libsimde-dev), and where SIMDe 0.7.4 has none, a loop over the lanes.
#pragma once

#include_next <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <string.h>

namespace emulation {

template <typename Lane, int kLanes>
struct Lanes {
  Lane lane[kLanes];

  template <typename Register>
  static Lanes of(const Register& from) {
    static_assert(sizeof(Register) == sizeof(Lanes));
    Lanes lanes;
    memcpy(&lanes, &from, sizeof lanes);
    return lanes;
  }
  template <typename Register>
  Register as() const {
    Register to;
    memcpy(&to, this, sizeof to);
    return to;
  }
};

/// Lane by lane from one type to another.
template <typename From, typename To, int kLanes, typename Result, typename Register>
Result convert(const Register& from) {
  const auto values = Lanes<From, kLanes>::of(from);
  Lanes<To, kLanes> converted;
  for (int i = 0; i < kLanes; i++) converted.lane[i] = static_cast<To>(values.lane[i]);
  return converted.template as<Result>();
}

template <typename Lane, int kLanes, typename Register>
Lane sum(const Register& from) {
  Lane total = 0;
  for (const Lane lane : Lanes<Lane, kLanes>::of(from).lane) total += lane;
  return total;
}

inline float minimum(const simde__m512& from) {
  const auto values = Lanes<float, 16>::of(from);
  float least = values.lane[0];
  for (const float lane : values.lane) least = lane < least ? lane : least;
  return least;
}

inline __m256 half(const simde__m512& from, int which) { return Lanes<__m256, 2>::of(from).lane[which]; }

inline simde__m512i addPairs(const simde__m512i& sums, const simde__m512i& a, const simde__m512i& b) {
  auto totals = Lanes<int32_t, 16>::of(sums);
  const auto x = Lanes<int16_t, 32>::of(a), y = Lanes<int16_t, 32>::of(b);
  for (int i = 0; i < 16; i++) {
    totals.lane[i] += x.lane[2 * i] * y.lane[2 * i] + x.lane[2 * i + 1] * y.lane[2 * i + 1];
  }
  return totals.as<simde__m512i>();
}

}  // namespace emulation

#undef _mm512_cvtepi32_ps
#undef _mm512_cvtepu8_epi32
#undef _mm512_cvtps_pd
#undef _mm512_dpwssd_epi32
#undef _mm512_extractf32x8_ps
#undef _mm512_madd_epi16
#undef _mm512_reduce_add_pd
#undef _mm512_reduce_add_ps
#undef _mm512_reduce_min_ps
#define _mm512_cvtepi32_ps emulation::convert<int32_t, float, 16, simde__m512>
#define _mm512_cvtepu8_epi32 emulation::convert<uint8_t, int32_t, 16, simde__m512i>
#define _mm512_cvtps_pd emulation::convert<float, double, 8, simde__m512d>
#define _mm512_dpwssd_epi32 emulation::addPairs
#define _mm512_extractf32x8_ps emulation::half
#define _mm512_madd_epi16(a, b) emulation::addPairs(simde_mm512_setzero_si512(), a, b)
#define _mm512_reduce_add_pd (emulation::sum<double, 8>)
#define _mm512_reduce_add_ps (emulation::sum<float, 16>)
#define _mm512_reduce_min_ps emulation::minimum
