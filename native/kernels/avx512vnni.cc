#define HANDFUL_NAMESPACE handful_avx512vnni
#define HANDFUL_VNNI
#include "vector_avx512.h"

#include "kernels.inl.h"

namespace handful {
extern const WholeProducts kAvx512VnniProducts = handful_avx512vnni::wholeProducts();
}  // namespace handful
