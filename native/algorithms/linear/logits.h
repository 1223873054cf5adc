#pragma once

#include <cstddef>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// The linear part of a model, laid out for the kernels: gives the logits of tiles of rows.
class Logits {
 public:
  /// Of all-zero weights; `set` comes before `ofTile`.
  Logits(const Context& context, const Matrix& x, std::size_t classes);

  std::size_t classes() const { return intercept_.size(); }

  /// Sets one class's weights (x.columns() values) and intercept.
  template <typename Value>
  void set(std::size_t k, const Value* weights, double intercept) {
    float* to = weights_.data() + k * x_.stride();
    // Rows stay as they are stored; their scale is the weights' business.
    for (std::size_t i = 0; i < x_.columns(); i++) to[i] = static_cast<float>(weights[i] * x_.scale());
    intercept_[k] = static_cast<float>(intercept);
  }

  /// Logits of rows begin … begin + count - 1 (at most kLogisticTile), class by class, kLogisticTile entries
  /// each; entries past count hold the intercept.
  void ofTile(std::size_t begin, std::size_t count, float* logits) const;

  /// For each row the probabilities of its classes, class-major: classes() x x.rows().
  std::vector<float> probabilities(Context& context) const;

 private:
  const Kernels& kernels_;
  const Matrix& x_;
  AlignedVector<float> weights_;
  std::vector<float> intercept_;
};

}  // namespace handful
