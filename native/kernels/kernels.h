#pragma once

namespace handful {

/// The table of kernels: one function pointer each, filled once for every instruction set.
struct Kernels {
  const char* name;
};

}  // namespace handful
