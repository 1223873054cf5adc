#define HANDFUL_NAMESPACE handful_avx512_peaks
#include "vector_avx512.h"

#include "peaks.inl.h"

namespace handful {
extern const Peaks kAvx512Peaks = handful_avx512_peaks::table<24>("avx512");
}  // namespace handful
