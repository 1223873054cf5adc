#include "scaled_rows.h"

#include <algorithm>
#include <cmath>

namespace handful {
namespace {

template <typename Stored>
void shiftAndScale(const Stored* from, const double* centers, const double* factors, std::size_t count,
                   double* to) {
  for (std::size_t i = 0; i < count; i++) to[i] = (from[i] - centers[i]) * factors[i];
}

template <typename Stored>
void shiftAndScale(const Stored* from, const float* centers, const float* rests, const float* factors,
                   std::size_t count, float* to) {
  for (std::size_t i = 0; i < count; i++) {
    to[i] = ((static_cast<float>(from[i]) - centers[i]) - rests[i]) * factors[i];
  }
}

}  // namespace

ScaledRows::ScaledRows(const Matrix& x, const std::vector<double>& center, const std::vector<double>& scale)
    : x_(x), centers_(x.columns(), 0.0), factors_(x.columns(), x.scale()) {
  for (std::size_t i = 0; i < center.size(); i++) centers_[i] = center[i] / x.scale();
  for (std::size_t i = 0; i < scale.size(); i++) factors_[i] = x.scale() / scale[i];
  floatCenters_.assign(centers_.begin(), centers_.end());
  for (std::size_t i = 0; i < centers_.size(); i++) {
    floatRests_.push_back(static_cast<float>(centers_[i] - floatCenters_[i]));
  }
  floatFactors_.assign(factors_.begin(), factors_.end());
}

bool ScaledRows::fitsFloats() const {
  return std::all_of(floatFactors_.begin(), floatFactors_.end(),
                     [](float factor) { return std::isnormal(factor); });
}

void ScaledRows::copy(std::size_t row, std::size_t begin, std::size_t count, float* to) const {
  const float *centers = floatCenters_.data() + begin, *rests = floatRests_.data() + begin;
  const float* factors = floatFactors_.data() + begin;
  if (x_.isBytes()) {
    shiftAndScale(x_.byteRow(row) + begin, centers, rests, factors, count, to);
  } else {
    shiftAndScale(x_.floatRow(row) + begin, centers, rests, factors, count, to);
  }
}

void ScaledRows::copy(std::size_t row, std::size_t begin, std::size_t count, double* to) const {
  const double *centers = centers_.data() + begin, *factors = factors_.data() + begin;
  if (x_.isBytes()) {
    shiftAndScale(x_.byteRow(row) + begin, centers, factors, count, to);
  } else {
    shiftAndScale(x_.floatRow(row) + begin, centers, factors, count, to);
  }
}

}  // namespace handful
