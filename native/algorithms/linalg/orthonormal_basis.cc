#include "linalg/orthonormal_basis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linalg/float64.h"
#include "linalg/matrix_product.h"

namespace handful {

void OrthonormalBasis::append(const double* rows, std::size_t count, double negligible) {
  AlignedVector<double> added(rows, rows + count * columns_);
  removeSpan(added.data(), count);
  rows_.resize((size_ + count) * columns_);
  std::copy(added.begin(), added.end(), rows_.begin() + size_ * columns_);
  const std::size_t block = size_;
  while (size_ < block + count) finish(block, negligible);
}

void OrthonormalBasis::appendRandom(std::size_t count) {
  AlignedVector<double> rows(count * columns_);
  for (std::size_t i = 0; i < count; i++) fillRandom(rows.data() + i * columns_);
  append(rows.data(), count, 0);
}

void OrthonormalBasis::replace(AlignedVector<double> rows, std::size_t count) {
  rows_ = std::move(rows);
  size_ = count;
}

// Twice is enough (Giraud, Langou & Rozloznik 2005): what rounding leaves the first time is gone the second.
void OrthonormalBasis::removeSpan(double* rows, std::size_t count) {
  if (size_ == 0) return;
  AlignedVector<double> products(size_ * count);
  const Operand basis{rows_.data(), columns_, 1}, given{rows, columns_, 1};
  const Operand coefficients{products.data(), count, 1};
  for (int time = 0; time < 2; time++) {
    multiplyMatrices(context_, basis, given.transposed(), size_, columns_, count, Into::kReplace,
                     products.data(), count);
    multiplyMatrices(context_, coefficients.transposed(), basis, count, size_, columns_, Into::kSubtractFrom,
                     rows, columns_);
  }
}

/// Makes the row behind the last one, which has nothing of the rows before `block`, one of the basis.
void OrthonormalBasis::finish(std::size_t block, double negligible) {
  double* row = rows_.data() + size_ * columns_;
  const auto length = [&] { return std::sqrt(dotProduct(row, row, columns_)); };
  const double before = length();
  for (std::size_t i = block; i < size_; i++) {
    const double* other = rows_.data() + i * columns_;
    addScaled(-dotProduct(other, row, columns_), other, row, columns_);
  }
  // A row that has lost much of its length has lost its digits: what is left is not free of the others.
  if (length() < 0.1 * before) removeSpan(row, 1);
  while (length() <= negligible) {
    fillRandom(row);
    removeSpan(row, 1);
    negligible = 0;
  }
  const double reciprocal = 1 / length();
  for (std::size_t column = 0; column < columns_; column++) row[column] *= reciprocal;
  size_++;
}

void OrthonormalBasis::fillRandom(double* row) {
  for (std::size_t column = 0; column < columns_; column++) {
    // splitmix64 (Steele et al. 2014).
    std::uint64_t word = random_ += 0x9e3779b97f4a7c15;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
    word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
    word ^= word >> 31;
    row[column] = static_cast<double>(word >> 11) * 0x1p-52 - 1;
  }
}

}  // namespace handful
