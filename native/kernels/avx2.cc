#define HANDFUL_NAMESPACE handful_avx2
#include "kernels.inl.h"
#include "vector_avx2.h"

namespace handful {
extern const Kernels kAvx2Kernels = handful_avx2::table("avx2");
}  // namespace handful
