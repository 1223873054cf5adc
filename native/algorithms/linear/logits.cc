#include "linear/logits.h"

#include <algorithm>

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

}  // namespace handful
