#define HANDFUL_NAMESPACE handful_neon
#include "kernels.inl.h"
#include "vector_neon.h"

namespace handful {
extern const Kernels kNeonKernels = handful_neon::table("neon");
}  // namespace handful
