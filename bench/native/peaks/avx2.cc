#define HANDFUL_NAMESPACE handful_avx2_peaks
#include "vector_avx2.h"

#include "peaks.inl.h"

namespace handful {
extern const Peaks kAvx2Peaks = handful_avx2_peaks::table<12>("avx2");
}  // namespace handful
