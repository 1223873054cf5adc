#include "dispatch.h"

#include <doctest/doctest.h>

#include <cstdlib>

TEST_CASE(
    "every instruction set is either supported or says why not; the slowest comes first and always works") {
  const auto& sets = handful::instructionSets();
  REQUIRE_FALSE(sets.empty());
  CHECK(sets.front().name == "scalar");
  CHECK(sets.front().kernels);
  for (const auto& set : sets) {
    INFO(set.name);
    CHECK((set.kernels != nullptr) == set.reason.empty());
    if (set.kernels) CHECK(set.name == set.kernels->name);
  }
}

TEST_CASE("the fastest supported one is the best") {
  const handful::Kernels* last = nullptr;
  for (const auto& set : handful::instructionSets()) {
    if (set.kernels) last = set.kernels;
  }
  CHECK(&handful::bestKernels() == last);
}

// CI runs this program on emulated processors and says what each should come to.
TEST_CASE("an older processor gets the set that it understands" *
          doctest::skip(!std::getenv("HANDFUL_EXPECTED_INSTRUCTION_SET"))) {
  CHECK(std::string(handful::bestKernels().name) == std::getenv("HANDFUL_EXPECTED_INSTRUCTION_SET"));
}
