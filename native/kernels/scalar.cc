#define HANDFUL_NAMESPACE handful_scalar
#include "kernels.inl.h"
#include "vector_scalar.h"

namespace handful {
extern const Kernels kScalarKernels = handful_scalar::table("scalar");
}  // namespace handful
