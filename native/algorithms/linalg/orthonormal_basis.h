#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// Rows of unit length at right angles to one another, to which more are added.
class OrthonormalBasis {
 public:
  OrthonormalBasis(Context& context, std::size_t columns) : context_(context), columns_(columns) {}

  std::size_t size() const { return size_; }
  std::size_t columns() const { return columns_; }
  const double* row(std::size_t i) const { return rows_.data() + i * columns_; }

  /// Adds what of each of `count` rows lies outside the span of the rows before it, brought to length 1. Of a
  /// row shorter than `negligible` there, nothing but rounding is left: a random one takes its place. At most
  /// columns() rows in all.
  void append(const double* rows, std::size_t count, double negligible);
  /// Adds random rows.
  void appendRandom(std::size_t count);
  /// Replaces all rows by `count` others, orthonormal as well.
  void replace(AlignedVector<double> rows, std::size_t count);

 private:
  void removeSpan(double* rows, std::size_t count);
  void finish(std::size_t block, double negligible);
  void fillRandom(double* row);

  Context& context_;
  const std::size_t columns_;
  std::size_t size_ = 0;
  AlignedVector<double> rows_;
  std::uint64_t random_ = 0;
};

}  // namespace handful
