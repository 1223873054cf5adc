#define HANDFUL_NAMESPACE handful_neoni8mm
#define HANDFUL_I8MM
#include "vector_neon.h"

#include "kernels.inl.h"

namespace handful {
extern const Kernels kNeonI8mmKernels = handful_neoni8mm::table("neoni8mm");
}  // namespace handful
