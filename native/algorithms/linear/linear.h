#pragma once

#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// See binding.d.ts.
struct LinearModel {
  /// intercept.size() x columns.
  std::vector<float> coef;
  std::vector<double> intercept;
  /// Subtracted from every row first; empty for nothing.
  std::vector<double> center;
};

enum class LinearOutput { kDecision, kProbability };

/// Rows of x, less the center, times coef transposed plus intercept, or the softmax of that, to out:
/// x.rows() x intercept.size().
void linear(Context& context, const Matrix& x, const LinearModel& model, LinearOutput output, float* out);

}  // namespace handful
