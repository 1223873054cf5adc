#include "matrix/column_scaling.h"

#include <algorithm>
#include <cmath>

namespace handful {

ColumnScaling::ColumnScaling(std::size_t columns, double unit, const std::vector<double>& center,
                             const std::vector<double>& scale)
    : centers_(columns, 0.0), factors_(columns, unit) {
  for (std::size_t i = 0; i < center.size(); i++) centers_[i] = center[i] / unit;
  for (std::size_t i = 0; i < scale.size(); i++) factors_[i] = unit / scale[i];
  floatCenters_.assign(centers_.begin(), centers_.end());
  for (std::size_t i = 0; i < centers_.size(); i++) {
    floatRests_.push_back(static_cast<float>(centers_[i] - floatCenters_[i]));
  }
  floatFactors_.assign(factors_.begin(), factors_.end());
}

bool ColumnScaling::fitsFloats() const {
  return std::all_of(floatFactors_.begin(), floatFactors_.end(),
                     [](float factor) { return std::isnormal(factor); });
}

}  // namespace handful
