#include "runtime/huge_pages.h"

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#endif

namespace handful {

#ifdef __linux__

namespace {

/// Memory from so many bytes on is worth asking huge pages, of 2 MiB, for.
constexpr std::size_t kManyBytes = std::size_t{1} << 22;

}  // namespace

void preferHugePages(void* memory, std::size_t bytes) {
  if (bytes < kManyBytes) return;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
  // A wish: where it is refused, pages are small, and nothing else changes.
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

#else

void preferHugePages(void*, std::size_t) {}

#endif

}  // namespace handful
