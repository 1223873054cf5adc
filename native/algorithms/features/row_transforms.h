#pragma once

#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// Writes (value - center) / scale of every element to out, row-major; center and scale have one number a
/// column, or none where nothing is to be subtracted or divided by.
void scaleColumns(Context& context, const Matrix& x, const std::vector<double>& center,
                  const std::vector<double>& scale, float* out);

/// What of a row becomes 1: the sum of its absolute values, its length, or its largest absolute value.
enum class Norm { kL1, kL2, kMax };

/// Writes every row divided by its norm to out, row-major; rows of zeros stay as they are.
void normalizeRows(Context& context, const Matrix& x, Norm norm, float* out);

}  // namespace handful
