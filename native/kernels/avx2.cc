#define HANDFUL_NAMESPACE handful_avx2
#include "vector_avx2.h"

#include "kernels.inl.h"

namespace handful {
extern const Kernels kAvx2Kernels = handful_avx2::table("avx2");
}  // namespace handful
