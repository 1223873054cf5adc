#define HANDFUL_NAMESPACE handful_neon_peaks
#include "vector_neon.h"

#include "peaks.inl.h"

namespace handful {
extern const Peaks kNeonPeaks = handful_neon_peaks::table<16>("neon");
}  // namespace handful
