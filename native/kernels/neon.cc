#define HANDFUL_NAMESPACE handful_neon
#include "vector_neon.h"

#include "kernels.inl.h"

namespace handful {
extern const Kernels kNeonKernels = handful_neon::table("neon");
}  // namespace handful
