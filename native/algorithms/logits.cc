#include "logits.h"

#include <algorithm>

#include "logistic_regression.h"

namespace handful {

Logits::Logits(const Context& context, const Matrix& x, std::size_t classes)
    : kernels_(context.kernels), x_(x), weights_(classes * x.stride(), 0.0f), intercept_(classes) {}

void Logits::ofTile(std::size_t begin, std::size_t count, float* logits) const {
  for (std::size_t k = 0; k < classes(); k++)
    std::fill_n(logits + k * kLogisticTile, kLogisticTile, intercept_[k]);
  if (x_.isBytes()) {
    kernels_.logitsOfBytes(x_.byteRow(begin), x_.stride(), count, x_.stride(), weights_.data(), x_.stride(),
                           classes(), logits);
  } else {
    kernels_.logitsOfFloats(x_.floatRow(begin), x_.stride(), count, x_.stride(), weights_.data(), x_.stride(),
                            classes(), logits);
  }
}

std::vector<float> Logits::probabilities(Context& context) const {
  const std::size_t rows = x_.rows(), tasks = (rows + kLogisticTile - 1) / kLogisticTile;
  std::vector<float> result(classes() * rows);
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    const std::size_t begin = task * kLogisticTile, count = std::min(kLogisticTile, rows - begin);
    AlignedVector<float> tile(classes() * kLogisticTile);
    ofTile(begin, count, tile.data());
    kernels_.softmax(tile.data(), classes());
    for (std::size_t k = 0; k < classes(); k++) {
      std::copy_n(tile.data() + k * kLogisticTile, count, result.data() + k * rows + begin);
    }
  });
  return result;
}

void linear(Context& context, const Matrix& x, const std::vector<float>& coef,
            const std::vector<double>& intercept, LinearOutput output, float* out) {
  const std::size_t classes = intercept.size(), rows = x.rows();
  Logits logits(context, x, classes);
  for (std::size_t k = 0; k < classes; k++) logits.set(k, coef.data() + k * x.columns(), intercept[k]);
  const std::size_t tasks = (rows + kLogisticTile - 1) / kLogisticTile;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    const std::size_t begin = task * kLogisticTile, count = std::min(kLogisticTile, rows - begin);
    AlignedVector<float> tile(classes * kLogisticTile);
    logits.ofTile(begin, count, tile.data());
    if (output == LinearOutput::kProbability) context.kernels.softmax(tile.data(), classes);
    for (std::size_t i = 0; i < count; i++) {
      for (std::size_t k = 0; k < classes; k++) out[(begin + i) * classes + k] = tile[k * kLogisticTile + i];
    }
    context.job.reportFrom(worker, "predict", task, tasks);
  });
}

}  // namespace handful
