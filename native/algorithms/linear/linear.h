#pragma once

#include "linear/linear_model.h"
#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

enum class LinearOutput { kDecision, kProbability };

/// Rows of x, less the center, times coef transposed plus intercept, or the softmax of that, to out:
/// x.rows() x intercept.size().
void linear(Context& context, const Matrix& x, const LinearModel& model, LinearOutput output, float* out);

}  // namespace handful
