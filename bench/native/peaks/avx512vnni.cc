#define HANDFUL_NAMESPACE handful_avx512vnni_peaks
#define HANDFUL_VNNI
#include "vector_avx512.h"

#include "peaks.inl.h"

namespace handful {
extern const Peaks kAvx512VnniPeaks = handful_avx512vnni_peaks::table<24>("avx512vnni");
}  // namespace handful
