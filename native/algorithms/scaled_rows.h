#pragma once

#include <cstddef>
#include <vector>

#include "aligned.h"
#include "matrix.h"

namespace handful {

/// Rows of a matrix whose columns are shifted and scaled on their way to a kernel: (value - center) / scale.
/// The difference is taken of what is stored, before anything is multiplied: values far from zero keep their
/// digits.
class ScaledRows {
 public:
  /// center, scale: one for each column, or empty for none.
  ScaledRows(const Matrix& x, const std::vector<double>& center, const std::vector<double>& scale);

  std::size_t rows() const { return x_.rows(); }
  std::size_t columns() const { return x_.columns(); }
  /// Whether floats can hold what columns are multiplied by.
  bool fitsFloats() const;

  /// Columns begin … begin + count - 1 of a row. In floats it errs by three roundings: a center is subtracted
  /// in two parts, which together have the digits of a double.
  void copy(std::size_t row, std::size_t begin, std::size_t count, float* to) const;
  void copy(std::size_t row, std::size_t begin, std::size_t count, double* to) const;

 private:
  const Matrix& x_;
  /// In the units that x is stored in: (stored - center) * factor.
  std::vector<double> centers_, factors_;
  AlignedVector<float> floatCenters_, floatRests_, floatFactors_;
};

}  // namespace handful
