#pragma once

#include "generic/products.inl.h"

namespace HANDFUL_NAMESPACE {
namespace {

using handful::PatchPanels;

// patches of images.

size_t normalizePatches(const float* image, size_t imageStride, const uint32_t* at, size_t count,
                        size_t segments, size_t segmentLength, const float* mask, float addend, float* out,
                        size_t outStride, uint32_t* kept) {
  // Whole vectors are copied: what is too much of one segment the next one overwrites, and the mask hides
  // the rest, provided it is finite.
  for (size_t i = 0; i < count; i++) {
    const float* from = image + at[i];
    float* to = out + i * outStride;
    for (size_t c = outStride - kColumnBlock; c < outStride; c += kWidth) Vector::zero().store(to + c);
    for (size_t segment = 0; segment < segments; segment++, from += imageStride, to += segmentLength) {
      for (size_t e = 0; e < segmentLength; e += kWidth) Vector::load(from + e).store(to + e);
    }
  }
  const float share = 1.0f / static_cast<float>(segments * segmentLength);
  size_t rows = 0;
  for (size_t i = 0; i < count; i++) {
    const float* patch = out + i * outStride;
    // Differences from the first element: where all are equal they are exactly 0.
    const Vector first = Vector::set(*patch);
    Vector sum = Vector::zero();
    for (size_t c = 0; c < outStride; c += kWidth) {
      sum = (Vector::load(patch + c) - first).multiplyAdd(Vector::load(mask + c), sum);
    }
    const Vector mean = Vector::set(sum.sum() * share);
    Vector squares = Vector::zero();
    for (size_t c = 0; c < outStride; c += kWidth) {
      const Vector deviation = (Vector::load(patch + c) - first - mean) * Vector::load(mask + c);
      squares = deviation.multiplyAdd(deviation, squares);
    }
    const float variance = squares.sum() * share;
    if (variance == 0) continue;
    const Vector factor = Vector::set(1.0f) / Vector::set(variance + addend).squareRoot();
    float* to = out + rows * outStride;
    for (size_t c = 0; c < outStride; c += kWidth) {
      ((Vector::load(patch + c) - first - mean) * Vector::load(mask + c) * factor).store(to + c);
    }
    kept[rows++] = static_cast<uint32_t>(i);
  }
  return rows;
}

// The same register plan as multiply; roots are taken of the sums where they are, in registers, while the
// next tile's products can already begin. A panel stays in the first-level cache for all patches.

template <size_t kRows>
void squaredLengthsTile(const float* patches, size_t stride, const PatchPanels& panels,
                        float* squaredLengths) {
  constexpr size_t kVectors = Vector::kMultiplyVectors;
  Vector lengths[kRows];
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) lengths[r] = Vector::zero();
  for (size_t p = 0; p < panels.whiteningPanels; p++) {
    ProductSums<Vector, kRows> sums;
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      const Vector shift = Vector::load(panels.shift + p * kPanelWidth + v * kWidth);
      HANDFUL_UNROLL
      for (size_t r = 0; r < kRows; r++) sums[r][v] = shift;
    }
    addProducts<Vector, kRows>(patches, stride, 1, panels.whitening + p * panels.depth * kPanelWidth,
                               panels.depth, sums);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) lengths[r] = sums[r][v].multiplyAdd(sums[r][v], lengths[r]);
    }
  }
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) squaredLengths[r] = lengths[r].sum();
}

template <size_t kRows>
void patchDistancesTile(const float* patches, size_t stride, const float* panel, size_t depth,
                        const float* offsets, const float* squaredLengths, float* distances,
                        size_t distanceStride) {
  constexpr size_t kVectors = Vector::kMultiplyVectors;
  ProductSums<Vector, kRows> sums;
  HANDFUL_UNROLL
  for (size_t v = 0; v < kVectors; v++) {
    const Vector offset = Vector::load(offsets + v * kWidth);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) sums[r][v] = Vector::set(squaredLengths[r]) + offset;
  }
  addProducts<Vector, kRows>(patches, stride, 1, panel, depth, sums);
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      sums[r][v].squareRoot().store(distances + r * distanceStride + v * kWidth);
    }
  }
}

void patchDistances(const float* patches, size_t stride, size_t rows, const PatchPanels& panels,
                    float* distances, size_t distanceStride, float* squaredLengths) {
  constexpr size_t kRows = Vector::kMultiplyRows;
  forTiles<kRows>(rows, [&]<size_t kTile>(size_t r) {
    squaredLengthsTile<kTile>(patches + r * stride, stride, panels, squaredLengths + r);
  });
  for (size_t p = 0; p < panels.centerPanels; p++) {
    forTiles<kRows>(rows, [&]<size_t kTile>(size_t r) {
      patchDistancesTile<kTile>(patches + r * stride, stride, panels.centers + p * panels.depth * kPanelWidth,
                                panels.depth, panels.offsets + p * kPanelWidth, squaredLengths + r,
                                distances + r * distanceStride + p * kPanelWidth, distanceStride);
    });
  }
}

void meanAndLeast(const float* distances, const float* shares, size_t width, float* mean, float* least) {
  Vector evenMean = Vector::zero(), oddMean = Vector::zero();
  Vector evenLeast = Vector::load(distances), oddLeast = evenLeast;
  for (size_t j = 0; j < width; j += 2 * kWidth) {
    const Vector even = Vector::load(distances + j), odd = Vector::load(distances + j + kWidth);
    evenMean = even.multiplyAdd(Vector::load(shares + j), evenMean);
    oddMean = odd.multiplyAdd(Vector::load(shares + j + kWidth), oddMean);
    evenLeast = Vector::min(even, evenLeast);
    oddLeast = Vector::min(odd, oddLeast);
  }
  *mean = (evenMean + oddMean).sum();
  *least = Vector::min(evenLeast, oddLeast).minimum();
}

void addActivations(const float* distances, size_t stride, size_t rows, const float* means, size_t width,
                    float* sums) {
  for (size_t j = 0; j < width; j += kPanelWidth) {
    constexpr size_t kVectors = Vector::kMultiplyVectors;
    Vector totals[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) totals[v] = Vector::load(sums + j + v * kWidth);
    for (size_t r = 0; r < rows; r++) {
      const Vector mean = Vector::set(means[r]);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) {
        const Vector distance = Vector::load(distances + r * stride + j + v * kWidth);
        totals[v] = totals[v] + Vector::max(mean - distance, Vector::zero());
      }
    }
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) totals[v].store(sums + j + v * kWidth);
  }
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
