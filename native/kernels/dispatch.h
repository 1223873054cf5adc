#pragma once

#include <string>
#include <vector>

#include "kernels.h"

namespace handful {

/// What this build and this machine make of one instruction set.
struct InstructionSetInfo {
  std::string name;
  /// The kernels compiled for it; null where this processor or operating system does not support them.
  const Kernels* kernels;
  /// Why not, where not supported.
  std::string reason;
};

/// All instruction sets of the family this was built for, slowest first.
const std::vector<InstructionSetInfo>& instructionSets();

/// The kernels of AVX-512 with VNNI's, on x86-64.
const Kernels& avx512VnniKernels();

/// The fastest one supported here.
const Kernels& bestKernels();

}  // namespace handful
