#define HANDFUL_NAMESPACE handful_avx512vnni
#define HANDFUL_VNNI
#include "vector_avx512.h"

#include "kernels.inl.h"

namespace handful {
extern const Kernels kAvx512VnniKernels = handful_avx512vnni::table("avx512vnni");
}  // namespace handful
