#pragma once

#include <cstddef>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// What each column's values are like, in float64.
struct ColumnStatistics {
  std::vector<double> mean;
  /// Mean squared deviation from the mean: divided by the number of rows.
  std::vector<double> variance;
  /// Root of the variance; 1 where that is no more than rounding.
  std::vector<double> scale;

  /// Whether a column's variance is more than rounding.
  bool varies(std::size_t column) const { return scale[column] != 1 || variance[column] == 1; }
};

/// In one pass: the deviations of a few rows from their own mean, then these joined (Chan, Golub & LeVeque
/// 1983), so that no digits are lost however far from zero the values lie.
ColumnStatistics columnStatistics(Context& context, const Matrix& x);

}  // namespace handful
