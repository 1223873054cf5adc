#pragma once

#include <cstddef>

namespace handful {

/// What a huge page has, in bytes.
inline constexpr std::size_t kHugePage = std::size_t{1} << 21;
/// Memory from so many bytes on is worth asking huge pages for.
inline constexpr std::size_t kManyBytes = 2 * kHugePage;

/// Asks the system to give fresh memory in huge pages as it is first written to, where it is large and the
/// system does so when asked (Linux), as NumPy does: one page fault for each 2 MiB instead of each 4 KiB,
/// which can cost more than all that is computed in between.
void preferHugePages(void* memory, std::size_t bytes);

}  // namespace handful
