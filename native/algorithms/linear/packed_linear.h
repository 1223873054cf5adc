#pragma once

#include <cstddef>
#include <vector>

#include "linalg/panels.h"
#include "linear/linear_model.h"
#include "matrix/column_scaling.h"
#include "runtime/context.h"

namespace handful {

/// A linear model of many outputs, its coefficients packed for the kernels.
class PackedLinear {
 public:
  /// Rows that are best multiplied at one time: a slice of them stays in the second-level cache.
  static constexpr std::size_t kRows = 96;

  /// unit: the value of a stored 1.
  PackedLinear(Context& context, const LinearModel& model, double unit);

  std::size_t columns() const { return columns_; }
  std::size_t outputs() const { return intercept_.size(); }

  /// The outputs of count rows, which lie stride elements apart, to out: count x outputs().
  template <typename Stored>
  void apply(const Stored* rows, std::size_t stride, std::size_t count, float* out) const;

 private:
  const Kernels& kernels_;
  const std::vector<double> intercept_;
  const std::size_t columns_;
  const ColumnScaling centering_;
  Panels<float> packed_;
};

}  // namespace handful
