#pragma once

#include <cstddef>
#include <vector>

#include "kernels.h"
#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// A symmetric float matrix, of which only the upper triangle is kept, and after factor() its Cholesky factor
/// U with U'U equal to it. Rows are filled up to whole panels.
class UpperMatrix {
 public:
  UpperMatrix(const Kernels& kernels, std::size_t order);

  std::size_t order() const { return order_; }
  std::size_t stride() const { return stride_; }
  float* row(std::size_t i) { return values_.data() + i * stride_; }
  const float* row(std::size_t i) const { return values_.data() + i * stride_; }

  /// Factors in place; returns false where the matrix is not positive definite in floats.
  bool factor();
  /// Solves U'U x = b in place.
  void solve(float* b) const;

 private:
  const Kernels& kernels_;
  std::size_t order_, stride_;
  AlignedVector<float> values_;
};

/// Replaces the lower triangle of a symmetric matrix (order x order, row-major) by its Cholesky factor L,
/// with LL' equal to it; returns false if the matrix is not positive definite in doubles.
bool factorLower(std::vector<double>& matrix, std::size_t order);
/// Solves LL' x = b in place.
void solveLower(const std::vector<double>& factor, std::size_t order, double* b);

/// An upper triangular U with U'U = C for a symmetric positive semi-definite C (order x order, both halves),
/// in its place: Cholesky's factor, a row of zeros where a column depends on those before it.
void factorSemidefinite(Context& context, AlignedVector<double>& matrix, std::size_t order);

}  // namespace handful
