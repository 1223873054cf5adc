#define HANDFUL_NAMESPACE handful_neoni8mm
#define HANDFUL_I8MM
#include "vector_neon.h"

#include "kernels.inl.h"

namespace handful {
extern const IntegerKernels kNeonI8mmIntegerKernels = handful_neoni8mm::integerKernels();
}  // namespace handful
