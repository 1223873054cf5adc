#include "runtime/random_state.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace handful {

RandomState::RandomState(const std::uint32_t* words) : position_(words[kWords - 1]) {
  std::copy_n(words, key_.size(), key_.begin());
}

std::vector<std::uint32_t> RandomState::words() const {
  std::vector<std::uint32_t> words(key_.begin(), key_.end());
  words.push_back(static_cast<std::uint32_t>(position_));
  return words;
}

double RandomState::nextDouble() {
  const std::uint32_t high = nextWord() >> 5;
  const std::uint32_t low = nextWord() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

std::uint32_t RandomState::nextInteger(std::uint64_t high) {
  return bounded(static_cast<std::uint32_t>(high - 1));
}

std::vector<std::int32_t> RandomState::integers(std::uint64_t high, std::size_t size) {
  std::vector<std::int32_t> drawn(size);
  for (std::int32_t& number : drawn) number = static_cast<std::int32_t>(nextInteger(high));
  return drawn;
}

std::vector<std::int32_t> RandomState::permutation(std::size_t n) {
  std::vector<std::int32_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (std::size_t i = n; i-- > 1;) std::swap(numbers[i], numbers[bounded(static_cast<std::uint32_t>(i))]);
  return numbers;
}

std::uint32_t RandomState::bounded(std::uint32_t max) {
  if (max == 0) return 0;
  std::uint32_t mask = max;
  for (unsigned shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
  std::uint32_t number;
  do {
    number = nextWord() & mask;
  } while (number > max);
  return number;
}

std::uint32_t RandomState::nextWord() {
  if (position_ == key_.size()) refill();
  std::uint32_t word = key_[position_++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

void RandomState::refill() {
  constexpr std::size_t kSize = 624, kShift = 397;
  for (std::size_t i = 0; i < kSize; ++i) {
    const std::uint32_t mixed = (key_[i] & 0x80000000u) | (key_[(i + 1) % kSize] & 0x7fffffffu);
    key_[i] = key_[(i + kShift) % kSize] ^ (mixed >> 1) ^ (mixed & 1 ? 0x9908b0dfu : 0u);
  }
  position_ = 0;
}

}  // namespace handful
