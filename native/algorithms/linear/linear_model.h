#pragma once

#include <vector>

namespace handful {

/// See LinearModel in binding.d.ts.
struct LinearModel {
  /// intercept.size() x columns.
  std::vector<float> coef;
  std::vector<double> intercept;
  /// Subtracted from every row first; empty for nothing.
  std::vector<double> center;
};

}  // namespace handful
