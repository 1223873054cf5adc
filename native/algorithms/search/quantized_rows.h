#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// Rows of a matrix, less their mean, moved to the nearest points of a grid: integer multiples of one step,
/// as 16-bit numbers. The step is the smallest for which no sum of products of two rows leaves 32 bits, so
/// that distances between points of the grid are exact. A row's distance to any other differs from that of
/// their points by at most the two rows' own moves, by the triangle inequality. Bytes keep their places
/// wherever a step of one suffices.
///
/// Lengths are in steps.
class QuantizedRows {
 public:
  QuantizedRows(Context& context, const Matrix& x);

  std::size_t rows() const { return halves_.size(); }
  /// Elements from one row to the next, as in x.
  std::size_t stride() const { return stride_; }
  const std::int16_t* row(std::size_t row) const { return elements_.data() + row * stride_; }
  /// Half the squared length of each point, as floats: exact below 2^24.
  const std::vector<float>& halves() const { return halves_; }
  /// How far the row was moved, at most.
  double move(std::size_t row) const { return moves_[row]; }
  double largestMove() const { return largestMove_; }
  /// No point is longer.
  double largestLength() const { return largestLength_; }
  /// Half of the points are longer.
  double medianLength() const { return medianLength_; }

 private:
  void findCenter(Context& context, const Matrix& x);
  void findStep(Context& context, const Matrix& x);
  void place(Context& context, const Matrix& x);

  const std::size_t stride_;
  std::vector<double> center_;
  double step_ = 1;
  AlignedVector<std::int16_t> elements_;
  std::vector<float> halves_;
  std::vector<double> moves_;
  double largestMove_ = 0, largestLength_ = 0, medianLength_ = 0;
};

}  // namespace handful
