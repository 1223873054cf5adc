#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace handful {

/// NumPy's legacy RandomState: the MT19937 generator (Matsumoto & Nishimura 1998) and the distributions
/// k-means draws from, to the bit. lib/core/random-state.ts is its twin; a state travels between the two as
/// 625 words.
class RandomState {
 public:
  static constexpr std::size_t kWords = 625;

  /// Takes up a state: 624 words of key, then the position.
  explicit RandomState(const std::uint32_t* words);

  std::vector<std::uint32_t> words() const;

  /// One double in [0, 1) with 53 random bits: `random_sample`.
  double nextDouble();
  /// One integer in [0, high): `randint(high)`; high is from 1 to 2^32.
  std::uint32_t nextInteger(std::uint64_t high);
  /// `randint(0, high, size)`.
  std::vector<std::int32_t> integers(std::uint64_t high, std::size_t size);
  /// `permutation(n)`; its first `size` entries are `choice(n, size, replace=False)`.
  std::vector<std::int32_t> permutation(std::size_t n);

 private:
  std::uint32_t nextWord();
  /// A uniform integer in [0, max] by masked rejection, as NumPy's legacy code draws it.
  std::uint32_t bounded(std::uint32_t max);
  void refill();

  std::array<std::uint32_t, 624> key_;
  std::size_t position_;
};

}  // namespace handful
