#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

// vectors: what triangular solves are made of. Each element is used once, so that the cache that the
// triangle comes from sets the pace: two sums are enough for dot to keep it.

void addScaled(float factor, const float* x, float* y, size_t count) {
  const Vector factors = Vector::set(factor);
  size_t i = 0;
  for (; i + kWidth <= count; i += kWidth) {
    Vector::load(x + i).multiplyAdd(factors, Vector::load(y + i)).store(y + i);
  }
  for (; i < count; i++) y[i] += factor * x[i];
}

float dot(const float* x, const float* y, size_t count) {
  Vector even = Vector::zero(), odd = Vector::zero();
  size_t i = 0;
  for (; i + 2 * kWidth <= count; i += 2 * kWidth) {
    even = Vector::load(x + i).multiplyAdd(Vector::load(y + i), even);
    odd = Vector::load(x + i + kWidth).multiplyAdd(Vector::load(y + i + kWidth), odd);
  }
  float sum = (even + odd).sum();
  for (; i < count; i++) sum += x[i] * y[i];
  return sum;
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
