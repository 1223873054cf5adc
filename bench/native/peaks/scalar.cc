#define HANDFUL_NAMESPACE handful_scalar_peaks
#include "vector_scalar.h"

#include "peaks.inl.h"

namespace handful {
// Four to a register, as compilers arrange them on processors that have registers for four.
extern const Peaks kScalarPeaks = handful_scalar_peaks::table<48>("scalar");
}  // namespace handful
