#define HANDFUL_NAMESPACE handful_avx512vnni
#define HANDFUL_VNNI
#include "vector_avx512.h"

#include "kernels.inl.h"

namespace handful {
extern const IntegerKernels kAvx512VnniIntegerKernels = handful_avx512vnni::integerKernels();
}  // namespace handful
