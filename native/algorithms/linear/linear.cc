#include "linear/linear.h"

#include <algorithm>

#include "linear/logits.h"
#include "linear/packed_linear.h"
#include "runtime/aligned.h"

namespace handful {
namespace {

/// Outputs from which on to pack the coefficients pays.
constexpr std::size_t kManyOutputs = 32;

/// Few outputs: the products of a tile of rows with all of them stay in registers.
void fewOutputs(Context& context, const Matrix& x, const LinearModel& model, LinearOutput output,
                float* out) {
  const std::size_t outputs = model.intercept.size(), rows = x.rows(), columns = x.columns();
  Logits logits(context, x, outputs);
  for (std::size_t k = 0; k < outputs; k++) {
    const float* coef = model.coef.data() + k * columns;
    double intercept = model.intercept[k];
    for (std::size_t i = 0; i < model.center.size(); i++) intercept -= coef[i] * model.center[i];
    logits.set(k, coef, intercept);
  }
  const std::size_t tasks = (rows + kLogisticTile - 1) / kLogisticTile;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t begin = task * kLogisticTile, count = std::min(kLogisticTile, rows - begin);
    AlignedVector<float> tile(outputs * kLogisticTile);
    logits.ofTile(begin, count, tile.data());
    if (output == LinearOutput::kProbability) context.kernels.softmax(tile.data(), outputs);
    for (std::size_t i = 0; i < count; i++) {
      for (std::size_t k = 0; k < outputs; k++) out[(begin + i) * outputs + k] = tile[k * kLogisticTile + i];
    }
    context.job.reportFrom(worker, "predict", task, tasks);
  });
}

/// Many outputs: the coefficients are packed, and rows multiplied with a panel of them after the other.
void manyOutputs(Context& context, const Matrix& x, const LinearModel& model, float* out) {
  const PackedLinear packed(context, model, x.scale());
  const std::size_t rows = x.rows(), tasks = (rows + PackedLinear::kRows - 1) / PackedLinear::kRows;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t begin = task * PackedLinear::kRows, count = std::min(PackedLinear::kRows, rows - begin);
    float* to = out + begin * packed.outputs();
    if (x.isBytes()) {
      packed.apply(x.byteRow(begin), x.stride(), count, to);
    } else {
      packed.apply(x.floatRow(begin), x.stride(), count, to);
    }
    context.job.reportFrom(worker, "predict", task, tasks);
  });
}

}  // namespace

// Where a center is to be subtracted, that happens before anything is multiplied: values far from zero keep
// their digits. Probabilities come of few classes, and are hardly moved by rounding.
void linear(Context& context, const Matrix& x, const LinearModel& model, LinearOutput output, float* out) {
  const bool many = model.intercept.size() >= kManyOutputs || !model.center.empty();
  if (many && output == LinearOutput::kDecision) {
    manyOutputs(context, x, model, out);
  } else {
    fewOutputs(context, x, model, output, out);
  }
}

}  // namespace handful
