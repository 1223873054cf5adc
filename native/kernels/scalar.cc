#define HANDFUL_NAMESPACE handful_scalar
#include "vector_scalar.h"

#include "kernels.inl.h"

namespace handful {
extern const Kernels kScalarKernels = handful_scalar::table("scalar");
}  // namespace handful
