#define HANDFUL_NAMESPACE handful_neoni8mm
#define HANDFUL_I8MM
#include "vector_neon.h"

#include "kernels.inl.h"

namespace handful {
extern const WholeProducts kNeonI8mmProducts = handful_neoni8mm::wholeProducts();
}  // namespace handful
