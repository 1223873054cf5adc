#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/aligned.h"

namespace handful {

/// Shifts and scales the columns of rows on their way to a kernel: (value - center) / scale. The difference
/// is taken of what is stored, before anything is multiplied: values far from zero keep their digits.
class ColumnScaling {
 public:
  /// center, scale: one for each column, or empty for none; unit: the value of a stored 1.
  ColumnScaling(std::size_t columns, double unit, const std::vector<double>& center,
                const std::vector<double>& scale);

  /// Whether floats can hold what columns are multiplied by.
  bool fitsFloats() const;

  /// Columns begin … begin + count - 1 of a stored row. In floats it errs by three roundings: a center is
  /// subtracted in two parts, which together have the digits of a double.
  template <typename Stored>
  void apply(const Stored* row, std::size_t begin, std::size_t count, float* to) const {
    const float *centers = floatCenters_.data() + begin, *rests = floatRests_.data() + begin;
    const float* factors = floatFactors_.data() + begin;
    for (std::size_t i = 0; i < count; i++) {
      to[i] = ((static_cast<float>(row[begin + i]) - centers[i]) - rests[i]) * factors[i];
    }
  }

  template <typename Stored>
  void apply(const Stored* row, std::size_t begin, std::size_t count, double* to) const {
    const double *centers = centers_.data() + begin, *factors = factors_.data() + begin;
    for (std::size_t i = 0; i < count; i++) to[i] = (row[begin + i] - centers[i]) * factors[i];
  }

 private:
  /// In units: (stored - center) * factor.
  std::vector<double> centers_, factors_;
  AlignedVector<float> floatCenters_, floatRests_, floatFactors_;
};

}  // namespace handful
