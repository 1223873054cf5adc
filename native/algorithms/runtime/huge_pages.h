#pragma once

#include <cstddef>

namespace handful {

/// Asks the system to give fresh memory in huge pages as it is first written to, where it is large and the
/// system does so when asked (Linux), as NumPy does: one page fault for each 2 MiB instead of each 4 KiB,
/// which can cost more than all that is computed in between.
void preferHugePages(void* memory, std::size_t bytes);

}  // namespace handful
