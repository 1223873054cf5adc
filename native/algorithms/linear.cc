#include "linear.h"

#include <algorithm>

#include "aligned.h"
#include "logits.h"
#include "scaled_rows.h"

namespace handful {
namespace {

/// Outputs from which on to pack the coefficients pays.
constexpr std::size_t kManyOutputs = 32;
/// Rows that one task multiplies with all panels.
constexpr std::size_t kTaskRows = 96;
/// Columns that one product takes: a slice of a panel stays in the first-level cache while rows go by.
constexpr std::size_t kSlice = 256;

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
  const std::size_t width = context.kernels.panelWidth, outputs = model.intercept.size();
  const std::size_t columns = x.columns(), rows = x.rows(), panels = (outputs + width - 1) / width;
  AlignedVector<float> packed(panels * width * columns, 0.0f);
  context.pool.parallelFor(panels, [&](std::size_t panel, unsigned) {
    float* to = packed.data() + panel * width * columns;
    for (std::size_t j = 0; j < std::min(width, outputs - panel * width); j++) {
      const float* from = model.coef.data() + (panel * width + j) * columns;
      for (std::size_t column = 0; column < columns; column++) to[column * width + j] = from[column];
    }
  });

  const ScaledRows centered(x, model.center, {});
  const std::size_t tasks = (rows + kTaskRows - 1) / kTaskRows;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t begin = task * kTaskRows, count = std::min(kTaskRows, rows - begin);
    AlignedVector<float> left(kTaskRows * kSlice), sums(kTaskRows * panels * width);
    for (std::size_t first = 0; first < columns; first += kSlice) {
      const std::size_t depth = std::min(kSlice, columns - first);
      for (std::size_t r = 0; r < count; r++)
        centered.copy(begin + r, first, depth, left.data() + r * kSlice);
      for (std::size_t panel = 0; panel < panels; panel++) {
        context.kernels.multiply(left.data(), kSlice, 1, count,
                                 packed.data() + (panel * columns + first) * width, depth,
                                 sums.data() + panel * width, panels * width, first > 0);
      }
    }
    for (std::size_t r = 0; r < count; r++) {
      const float* from = sums.data() + r * panels * width;
      float* to = out + (begin + r) * outputs;
      for (std::size_t k = 0; k < outputs; k++) to[k] = static_cast<float>(from[k] + model.intercept[k]);
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
