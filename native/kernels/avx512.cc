#define HANDFUL_NAMESPACE handful_avx512
#include "vector_avx512.h"

#include "kernels.inl.h"

namespace handful {
extern const Kernels kAvx512Kernels = handful_avx512::table("avx512");
}  // namespace handful
