#pragma once

#include <cstddef>
#include <vector>

#include "matrix/column_scaling.h"
#include "matrix/matrix.h"

namespace handful {

/// Rows of a matrix whose columns are shifted and scaled, see ColumnScaling.
class ScaledRows {
 public:
  /// center, scale: one for each column, or empty for none.
  ScaledRows(const Matrix& x, const std::vector<double>& center, const std::vector<double>& scale)
      : x_(x), scaling_(x.columns(), x.scale(), center, scale) {}

  std::size_t rows() const { return x_.rows(); }
  std::size_t columns() const { return x_.columns(); }
  bool fitsFloats() const { return scaling_.fitsFloats(); }

  /// Columns begin … begin + count - 1 of a row, in floats or doubles.
  template <typename Value>
  void copy(std::size_t row, std::size_t begin, std::size_t count, Value* to) const {
    if (x_.isBytes()) {
      scaling_.apply(x_.byteRow(row), begin, count, to);
    } else {
      scaling_.apply(x_.floatRow(row), begin, count, to);
    }
  }

 private:
  const Matrix& x_;
  const ColumnScaling scaling_;
};

}  // namespace handful
