#pragma once

#include "generic/common.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

// softmax and residuals: lanes run along the rows of the tile, so that nothing is added up across lanes.
// There may be any number of classes, more than registers, so each loop over them takes its logits from the
// first-level cache and leaves them there. A power takes some twenty operations, not half of them
// multiply-adds. With ten classes and 784 columns that is a fortieth of the time of logits and gradient.
//
// A logit's distance d from the largest is rounded once, which multiplies its power by e^(d u) at most; the
// exponential adds 4 u. In the sum of the others the distances count little, for d e^-d < 1: it errs by 5 u
// and its additions, and 1 + the sum by no more, relatively. To add 1, to divide and to multiply are a
// rounding each: g(d + 4 + 5 + classes + 3) in all.

/// e^x for x <= 0, within 4 u = 2^-22 relatively; below -87, where the result would no longer be a normal
/// number, as at -87. e^x = 2^n e^r with n whole and |r| <= ln(2) / 2. ln(2) is taken off in two parts: n
/// times the first, of nine bits, is exact, and so is the difference (Sterbenz's lemma); the second rounds r
/// once. e^r is its Taylor polynomial of degree 7, which leaves out r^8 / 8! < u / 10 and rounds by less than
/// 2 u, its last additions counting most. The largest error found is 1.7 u.
inline Vector exponential(Vector x) {
  x = Vector::max(x, Vector::set(-87.0f));
  const Vector n = (x * Vector::set(1.44269504088896341f)).roundToNearest();
  Vector r = n.multiplyAdd(Vector::set(-0.693359375f), x);
  r = n.multiplyAdd(Vector::set(2.12194440e-4f), r);
  Vector power = Vector::set(1.9841270e-4f);
  power = power.multiplyAdd(r, Vector::set(1.3888889e-3f));
  power = power.multiplyAdd(r, Vector::set(8.3333333e-3f));
  power = power.multiplyAdd(r, Vector::set(4.1666668e-2f));
  power = power.multiplyAdd(r, Vector::set(1.6666667e-1f));
  power = power.multiplyAdd(r, Vector::set(0.5f));
  power = power.multiplyAdd(r, Vector::set(1.0f));
  power = power.multiplyAdd(r, Vector::set(1.0f));
  return power * Vector::powerOfTwo(n);
}

/// Turns one vector of rows into exp(logit - largest), returns the sum of those of the classes other than the
/// (first) largest, whose own is 1.
inline Vector exponentials(float* logits, size_t classes, Vector largest) {
  Vector others = Vector::zero();
  Vector::Mask seen = Vector::none();
  for (size_t k = 0; k < classes; k++) {
    const Vector logit = Vector::load(logits + k * kLogisticTile);
    const Vector power = exponential(logit - largest);
    const Vector::Mask first = Vector::andNot(Vector::equal(logit, largest), seen);
    seen = Vector::either(seen, first);
    others = others + Vector::select(first, Vector::zero(), power);
    power.store(logits + k * kLogisticTile);
  }
  return others;
}

inline Vector largestLogit(const float* logits, size_t classes) {
  Vector largest = Vector::load(logits);
  for (size_t k = 1; k < classes; k++)
    largest = Vector::max(largest, Vector::load(logits + k * kLogisticTile));
  return largest;
}

void softmax(float* logits, size_t classes) {
  for (size_t i = 0; i < kLogisticTile; i += kWidth) {
    float* tile = logits + i;
    const Vector others = exponentials(tile, classes, largestLogit(tile, classes));
    const Vector share = Vector::set(1.0f) / (Vector::set(1.0f) + others);
    for (size_t k = 0; k < classes; k++) {
      (Vector::load(tile + k * kLogisticTile) * share).store(tile + k * kLogisticTile);
    }
  }
}

/// Residuals against labels alone, or (kSoft) against targets of which the labels are the largest.
template <bool kSoft>
inline void residualsAgainst(const float* labels, const float* targets, float* logits, size_t classes,
                             const float* sampleWeights, float* others, float* behind) {
  for (size_t i = 0; i < kLogisticTile; i += kWidth) {
    float* tile = logits + i;
    const Vector label = Vector::load(labels + i);
    const Vector largest = largestLogit(tile, classes);
    Vector distance = Vector::zero();
    for (size_t k = 0; k < classes; k++) {
      const Vector fromLargest = largest - Vector::load(tile + k * kLogisticTile);
      if constexpr (kSoft) {
        distance = Vector::load(targets + k * kLogisticTile + i).multiplyAdd(fromLargest, distance);
      } else {
        const Vector::Mask isOwn = Vector::equal(label, Vector::set(static_cast<float>(k)));
        distance = Vector::select(isOwn, fromLargest, distance);
      }
    }
    distance.store(behind + i);
    const Vector sum = exponentials(tile, classes, largest);
    sum.store(others + i);

    const Vector weight = Vector::load(sampleWeights + i), share = weight / (Vector::set(1.0f) + sum);
    Vector otherResiduals = Vector::zero();
    for (size_t k = 0; k < classes; k++) {
      const Vector::Mask isOwn = Vector::equal(label, Vector::set(static_cast<float>(k)));
      Vector residual = Vector::load(tile + k * kLogisticTile) * share;
      if constexpr (kSoft) residual = residual - Vector::load(targets + k * kLogisticTile + i) * weight;
      otherResiduals = otherResiduals + Vector::select(isOwn, Vector::zero(), residual);
      residual.store(tile + k * kLogisticTile);
    }
    const Vector ownResidual = Vector::zero() - otherResiduals;
    for (size_t k = 0; k < classes; k++) {
      const Vector::Mask isOwn = Vector::equal(label, Vector::set(static_cast<float>(k)));
      const Vector residual = Vector::load(tile + k * kLogisticTile);
      Vector::select(isOwn, ownResidual, residual).store(tile + k * kLogisticTile);
    }
  }
}

void residuals(float* logits, size_t classes, const float* labels, const float* sampleWeights, float* others,
               float* behind) {
  residualsAgainst<false>(labels, nullptr, logits, classes, sampleWeights, others, behind);
}

void softResiduals(float* logits, size_t classes, const float* labels, const float* targets,
                   const float* sampleWeights, float* others, float* behind) {
  residualsAgainst<true>(labels, targets, logits, classes, sampleWeights, others, behind);
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
