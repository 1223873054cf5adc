#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "runtime/huge_pages.h"

namespace handful {

/// Allocates on 64-byte boundaries: a cache line, and the widest vector register. Much memory comes in huge
/// pages.
template <typename T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  AlignedAllocator() = default;
  template <typename U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  T* allocate(std::size_t count) {
    void* memory = ::operator new(count * sizeof(T), kAlignment);
    preferHugePages(memory, count * sizeof(T));
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, kAlignment); }

  /// Elements are left as they come where no value is given: large buffers are written once, not twice.
  template <typename U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <typename U, typename... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(static_cast<Arguments&&>(arguments)...);
  }
  bool operator==(const AlignedAllocator&) const { return true; }
};

template <typename T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace handful
