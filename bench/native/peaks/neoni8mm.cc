#define HANDFUL_NAMESPACE handful_neoni8mm_peaks
#define HANDFUL_I8MM
#include "vector_neon.h"

#include "peaks.inl.h"

namespace handful {
extern const Peaks kNeonI8mmPeaks = handful_neoni8mm_peaks::table<16>("neoni8mm");
}  // namespace handful
