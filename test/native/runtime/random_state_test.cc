#include "runtime/random_state.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

using handful::RandomState;

namespace {

/// numpy.random.RandomState(seed).
RandomState seeded(std::uint32_t seed) {
  std::vector<std::uint32_t> words;
  for (std::uint32_t i = 0; i < 624; ++i) {
    words.push_back(seed);
    seed = 1812433253u * (seed ^ (seed >> 30)) + i + 1;
  }
  words.push_back(624);
  return RandomState(words.data());
}

using Integers = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("the calls of one stream give what NumPy 1.24 gives") {
  RandomState random = seeded(42);
  for (const double expected :
       {0.3745401188473625, 0.9507143064099162, 0.7319939418114051, 0.5986584841970366}) {
    CHECK(random.nextDouble() == expected);
  }
  CHECK(random.integers(60000, 6) == Integers{54886, 6265, 16850, 37194, 21962, 47191});
  for (const double expected : {0.33370861113902184, 0.14286681792194078, 0.6508884729488529}) {
    CHECK(random.nextDouble() == expected);
  }
  CHECK(random.permutation(12) == Integers{8, 2, 9, 6, 0, 11, 3, 10, 5, 7, 1, 4});
  Integers chosen = random.permutation(60000);
  chosen.resize(6);
  CHECK(chosen == Integers{41309, 24270, 31168, 23819, 48943, 30817});
  CHECK(random.integers(7, 8) == Integers{4, 0, 1, 5, 5, 2, 1, 2});
  CHECK(random.nextDouble() == 0.33352324535785516);
  CHECK(random.nextDouble() == 0.6322378637099175);
}

TEST_CASE("the largest seed gives what NumPy gives") {
  RandomState random = seeded(4294967295u);
  CHECK(random.nextDouble() == 0.0976320289940138);
  CHECK(random.nextDouble() == 0.9123828453026218);
}

TEST_CASE("a state taken out and taken up again goes on with the same stream") {
  RandomState random = seeded(7);
  random.integers(1000, 700);
  RandomState copy(random.words().data());
  CHECK(random.words().size() == RandomState::kWords);
  CHECK(copy.integers(1000, 700) == random.integers(1000, 700));
  CHECK(copy.words() == random.words());
}

TEST_CASE("an integer below 1 costs no draw, one below 2^32 exactly one") {
  RandomState random = seeded(3), other = seeded(3);
  CHECK(random.nextInteger(1) == 0);
  CHECK(random.words() == other.words());
  const std::uint64_t whole = std::uint64_t{1} << 32;
  CHECK((random.nextInteger(whole) >> 5) * 67108864.0 + (random.nextInteger(whole) >> 6) ==
        other.nextDouble() * 9007199254740992.0);
}

TEST_CASE("a permutation holds every number once; of none or one there is nothing to draw") {
  RandomState random = seeded(5);
  const auto before = random.words();
  CHECK(random.permutation(0).empty());
  CHECK(random.permutation(1) == Integers{0});
  CHECK(random.words() == before);

  Integers numbers = random.permutation(1000);
  Integers expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(numbers != expected);
  std::sort(numbers.begin(), numbers.end());
  CHECK(numbers == expected);
}
