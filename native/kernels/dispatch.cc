#include "dispatch.h"

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#define HANDFUL_X64
#ifdef _MSC_VER
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#elif defined(HANDFUL_NEON_I8MM) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(HANDFUL_NEON_I8MM) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace handful {
namespace {

#ifdef HANDFUL_X64

struct CpuidAnswer {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// All zeros for a leaf that this processor does not have.
CpuidAnswer cpuid(std::uint32_t leaf) {
  CpuidAnswer answer;
#ifdef _MSC_VER
  int registers[4];
  __cpuid(registers, static_cast<int>(leaf & 0x80000000u));
  if (static_cast<std::uint32_t>(registers[0]) < leaf) return answer;
  __cpuidex(registers, static_cast<int>(leaf), 0);
  answer = {static_cast<std::uint32_t>(registers[0]), static_cast<std::uint32_t>(registers[1]),
            static_cast<std::uint32_t>(registers[2]), static_cast<std::uint32_t>(registers[3])};
#else
  __get_cpuid_count(leaf, 0, &answer.eax, &answer.ebx, &answer.ecx, &answer.edx);
#endif
  return answer;
}

/// XCR0: a bit for each kind of register that the operating system saves when it switches threads. Only for
/// processors with OSXSAVE.
std::uint64_t savedRegisters() {
#ifdef _MSC_VER
  return _xgetbv(0);
#else
  std::uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<std::uint64_t>(high) << 32) | low;
#endif
}

/// What this processor and its operating system support, as bits of cpuid and XCR0.
struct Processor {
  CpuidAnswer basic = cpuid(1), extended = cpuid(7), amd = cpuid(0x80000001u);
  std::uint64_t saved = (basic.ecx >> 27 & 1) ? savedRegisters() : 0;
};

struct Feature {
  const char* name;
  std::uint32_t word;
  unsigned bit;
};

/// Why a set of features and of saved registers does not work here; empty where it does.
std::string whyNot(const std::vector<Feature>& features, std::uint64_t savedMask, std::uint64_t saved,
                   const char* registers) {
  for (const Feature& feature : features) {
    if (!(feature.word >> feature.bit & 1)) return std::string("this processor lacks ") + feature.name;
  }
  if ((saved & savedMask) != savedMask) {
    return std::string("the operating system does not save ") + registers + " registers";
  }
  return "";
}

// XMM and YMM; with them the mask registers, the upper halves of ZMM0 to 15, and ZMM16 to 31.
constexpr std::uint64_t kAvxRegisters = 0x6;
constexpr std::uint64_t kAvx512Registers = 0xe6;

/// The features that CMakeLists.txt lets the compiler use for avx2.cc.
std::string whyNotAvx2(const Processor& cpu) {
  return whyNot({{"AVX", cpu.basic.ecx, 28},
                 {"AVX2", cpu.extended.ebx, 5},
                 {"FMA", cpu.basic.ecx, 12},
                 {"F16C", cpu.basic.ecx, 29},
                 {"BMI1", cpu.extended.ebx, 3},
                 {"BMI2", cpu.extended.ebx, 8},
                 {"LZCNT", cpu.amd.ecx, 5}},
                kAvxRegisters, cpu.saved, "AVX");
}

/// The features that CMakeLists.txt lets the compiler use for avx512.cc, and for avx512vnni.cc one more.
std::string whyNotAvx512(const Processor& cpu) {
  const std::string lesser = whyNotAvx2(cpu);
  if (!lesser.empty()) return lesser;
  return whyNot({{"AVX-512F", cpu.extended.ebx, 16},
                 {"AVX-512CD", cpu.extended.ebx, 28},
                 {"AVX-512BW", cpu.extended.ebx, 30},
                 {"AVX-512DQ", cpu.extended.ebx, 17},
                 {"AVX-512VL", cpu.extended.ebx, 31}},
                kAvx512Registers, cpu.saved, "AVX-512");
}

std::string whyNotAvx512Vnni(const Processor& cpu) {
  const std::string lesser = whyNotAvx512(cpu);
  if (!lesser.empty()) return lesser;
  return whyNot({{"AVX-512VNNI", cpu.extended.ecx, 11}}, kAvx512Registers, cpu.saved, "AVX-512");
}

#elif defined(HANDFUL_NEON_I8MM)

/// Whether the operating system says that the processor multiplies bytes with signed bytes.
bool multipliesBytes() {
#if defined(__linux__)
  constexpr unsigned long kI8mm = 1ul << 13;  // HWCAP2_I8MM, which older headers lack
  return (getauxval(AT_HWCAP2) & kI8mm) != 0;
#elif defined(__APPLE__)
  int has = 0;
  std::size_t size = sizeof has;
  return sysctlbyname("hw.optional.arm.FEAT_I8MM", &has, &size, nullptr, 0) == 0 && has != 0;
#else
  return false;
#endif
}

#endif

/// The table of a set that multiplies integers by instructions of its own, and is else the lesser one.
[[maybe_unused]] Kernels withProducts(const char* name, const IntegerKernels& products,
                                      const Kernels& lesser) {
  Kernels kernels = lesser;
  kernels.name = name;
  kernels.multiplyInt16 = products.multiplyInt16;
  kernels.multiplyBytes = products.multiplyBytes;
  return kernels;
}

InstructionSetInfo describe(const Kernels& kernels, const std::string& reason = "") {
  return {kernels.name, reason.empty() ? &kernels : nullptr, reason};
}

std::vector<InstructionSetInfo> detect() {
  std::vector<InstructionSetInfo> sets = {describe(kScalarKernels)};
#if defined(HANDFUL_X64)
  const Processor processor;
  sets.push_back(describe(kAvx2Kernels, whyNotAvx2(processor)));
  sets.push_back(describe(kAvx512Kernels, whyNotAvx512(processor)));
  sets.push_back(describe(avx512VnniKernels(), whyNotAvx512Vnni(processor)));
#elif defined(__aarch64__) || defined(_M_ARM64)
  // Every 64-bit ARM processor has it.
  sets.push_back(describe(kNeonKernels));
#ifdef HANDFUL_NEON_I8MM
  static const Kernels i8mm = withProducts("neoni8mm", kNeonI8mmIntegerKernels, kNeonKernels);
  sets.push_back(describe(i8mm, multipliesBytes() ? "" : "this processor lacks I8MM"));
#endif
#endif
  return sets;
}

}  // namespace

#ifdef HANDFUL_X64
const Kernels& avx512VnniKernels() {
  static const Kernels kernels = withProducts("avx512vnni", kAvx512VnniIntegerKernels, kAvx512Kernels);
  return kernels;
}
#endif

const std::vector<InstructionSetInfo>& instructionSets() {
  // Never destroyed: threads may still run while the process exits.
  static const auto* const sets = new std::vector<InstructionSetInfo>(detect());
  return *sets;
}

const Kernels& bestKernels() {
  const Kernels* best = nullptr;
  for (const InstructionSetInfo& set : instructionSets()) {
    if (set.kernels) best = set.kernels;
  }
  return *best;
}

}  // namespace handful
