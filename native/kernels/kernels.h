#pragma once

#include <stddef.h>
#include <stdint.h>

namespace handful {

/// Rows are filled up with zeros to a multiple of this many elements, so that no kernel has a loop for the
/// rest.
constexpr size_t kColumnBlock = 16;

/// Rows that the logistic kernels take at most in one call.
constexpr size_t kLogisticTile = 32;

/// What patches are measured against, see `patchDistances`: whole panels of `panelWidth` columns, each of
/// `depth` rows.
struct PatchPanels {
  /// Elements of a patch.
  size_t depth;
  /// Whitens: a patch's squared length is the sum over the columns of (shift + product)^2.
  const float* whitening;
  size_t whiteningPanels;
  const float* shift;
  /// The centres: a squared distance is the patch's squared length + offset + product.
  const float* centers;
  size_t centerPanels;
  const float* offsets;
};

/// The table of kernels: one function pointer each, one table for each instruction set, all filled from the
/// one source kernels.inl.h. Only plain pointers and numbers cross this border: code compiled for a newer
/// processor must not leak into the rest of the program through shared inline functions.
///
/// Error bounds. u = 2^-24 is the most that rounding to a float changes a number by, relatively, and
/// g(n) = n u / (1 - n u) is the most that n roundings one after the other do (Higham 2002, lemma 3.1). They
/// hold for the same reason on every instruction set, though fused multiply-adds round less often, and as
/// long as nothing overflows; each sum or product below 2^-126 adds 2^-150. kernels.inl.h derives them,
/// test/native/kernels_test.cc holds the kernels to them.
struct Kernels {
  const char* name;

  /// Columns of a packed panel: `multiply` computes that many products for each row.
  size_t panelWidth;

  /// to[i] = from[i] as a float.
  void (*widen)(const uint8_t* from, float* to, size_t count);

  /// out[r][j] (+)= sum over d of left[r * rowStride + d * depthStride] * panel[d * panelWidth + j], for r <
  /// rows and j < panelWidth; adds to out where `accumulate`. The sum runs over d in order, whether in one
  /// call or in several that go on with it; it errs by at most g(depth) times the sum of the products'
  /// absolute values, or g(depth + 1) where it began with another number than 0, which then counts as one.
  void (*multiply)(const float* left, size_t rowStride, size_t depthStride, size_t rows, const float* panel,
                   size_t depth, float* out, size_t outStride, bool accumulate);

  /// Columns of a panel of doubles.
  size_t doublePanelWidth;

  /// The same as multiply, in doubles: u is 2^-53.
  void (*multiplyDoubles)(const double* left, size_t rowStride, size_t depthStride, size_t rows,
                          const double* panel, size_t depth, double* out, size_t outStride, bool accumulate);

  /// to[i] = from[i] as an int16; count is a multiple of kColumnBlock.
  void (*widenToInt16)(const uint8_t* from, int16_t* to, size_t count);

  /// to[i] += from[i]; count is a multiple of kColumnBlock.
  void (*addBytes)(const uint8_t* from, int32_t* to, size_t count);

  /// Whether multiplyInt16 is faster than multiply.
  bool int16IsFaster;

  /// The same as multiply for integers, exactly, as long as no sum leaves 32 bits: out[r][j] (+)= sum
  /// over d of left[r * rowStride + d] * panel[d / 2 * 2 * panelWidth + 2 * j + d % 2], depth being even:
  /// pairs of equal columns lie side by side.
  void (*multiplyInt16)(const int16_t* left, size_t rowStride, size_t rows, const int16_t* panel,
                        size_t depth, int32_t* out, size_t outStride, bool accumulate);

  /// The same for bytes and signed bytes, depth being a multiple of 4: four equal columns lie side by side.
  /// Null where the instruction set has no such product; where it has one, it is the fastest.
  void (*multiplyBytes)(const uint8_t* left, size_t rowStride, size_t rows, const int8_t* panel, size_t depth,
                        int32_t* out, size_t outStride, bool accumulate);

  /// to[i] = (from[i] + addend) * factors[i] in floats, within g(2) relatively, as long as the sum fits 32
  /// bits; count is a multiple of panelWidth.
  void (*toFloats)(const int32_t* from, int32_t addend, const float* factors, float* to, size_t count);

  /// out[i][j] = sum over columns of (x[i][c] - y[j][c])^2; columns is a multiple of kColumnBlock.
  /// Differences are squared in floats and summed in floats over at most 128 steps, then in doubles: exact
  /// for integers from 0 to 255, else within g(132), less than 2^-16, of the true sum relatively.
  void (*squaredDistances)(const float* x, size_t xStride, size_t xRows, const float* y, size_t yStride,
                           size_t yRows, size_t columns, double* out, size_t outStride);

  /// Finds the columns j < width (a multiple of panelWidth) of one row of products for which
  /// offsets[j] - 2 * products[j] is within `slack` of its minimum; writes them in order, returns their
  /// number. At least one is found where the minimum is a number. The difference is rounded once: given the
  /// same products it is the same float on every instruction set.
  size_t (*filterMinimum)(const float* products, const float* offsets, size_t width, float slack,
                          float* minimum, uint32_t* found);

  /// Finds the columns j < width for which offset - 2 * products[j], rounded once, is at most limits[j], in
  /// order.
  size_t (*filterBelow)(const float* products, const float* limits, size_t width, float offset,
                        uint32_t* found);

  /// Finds the columns j < width (a multiple of panelWidth) of one row of products of integers that may
  /// matter to the row, products[j] >= columnHalves[j] - rowLimit, or to which the row may matter,
  /// products[j] >= rowHalf - columnLimits[j], all taken as floats; writes them in order, returns their
  /// number.
  size_t (*filterPairs)(const int32_t* products, const float* columnHalves, const float* columnLimits,
                        size_t width, float rowHalf, float rowLimit, uint32_t* found);

  /// Logits of a tile of rows: logits[k * kLogisticTile + i] += sum over columns of x[i][c] * weights[k][c],
  /// within g(columns + 1) times the absolute values of what is added up. The sums of bytes are those of
  /// floats of the same values, to the bit.
  void (*logitsOfFloats)(const float* x, size_t xStride, size_t rows, size_t columns, const float* weights,
                         size_t weightStride, size_t classes, float* logits);
  void (*logitsOfBytes)(const uint8_t* x, size_t xStride, size_t rows, size_t columns, const float* weights,
                        size_t weightStride, size_t classes, float* logits);

  /// Softmax of a tile, in place: logits[k * kLogisticTile + i] becomes the probability of class k for row i,
  /// within g(d + classes + 12) relatively where its logit is d <= 87 behind the largest. Beyond, it is what
  /// it would be at 87.
  void (*softmax)(float* logits, size_t classes);

  /// From a tile's logits to its residuals, in place: sampleWeight[i] * (probability - [k is row i's class]);
  /// the class's own residual is minus the sum of the others, so that it keeps its relative accuracy however
  /// small. Row i's loss is log1p(others[i]) + behind[i]: the sum of exp over the classes other than the
  /// largest, and the distance of the own logit from the largest. All arrays have kLogisticTile entries a
  /// class. Residuals err relatively as probabilities do, the own class's, a sum of numbers of one sign, by
  /// g(classes) more than the worst of the others.
  void (*residuals)(float* logits, size_t classes, const float* labels, const float* sampleWeights,
                    float* others, float* behind);

  /// The same for rows that have a probability for each class in targets[k * kLogisticTile + i], of which
  /// labels[i] is the class of the largest: sampleWeight[i] * (probability - target), the label's own minus
  /// the sum of the others. `behind` is the mean of the distances from the largest logit under the targets.
  void (*softResiduals)(float* logits, size_t classes, const float* labels, const float* targets,
                        const float* sampleWeights, float* others, float* behind);

  /// gradient[k][c] += sum over rows of residuals[k * kLogisticTile + i] * x[i][c], within g(rows + 1) times
  /// the absolute values of what is added up. The sums of bytes are those of floats of the same values.
  void (*gradientOfFloats)(const float* x, size_t xStride, size_t rows, size_t columns,
                           const float* residuals, size_t classes, float* gradient, size_t gradientStride);
  void (*gradientOfBytes)(const uint8_t* x, size_t xStride, size_t rows, size_t columns,
                          const float* residuals, size_t classes, float* gradient, size_t gradientStride);

  /// Cuts patches out of an image and brings each to mean 0 and, but for `addend`, variance 1: divides by
  /// sqrt(variance + addend). Patch i has `segments` runs of `segmentLength` elements, imageStride apart, the
  /// first at image + at[i]. Patches without two different elements are left out; row r of out (outStride
  /// apart, a multiple of kColumnBlock) is patch kept[r]. Returns how many are kept. `mask` has outStride
  /// elements: 1 for each element of a patch, then 0. Reads up to kColumnBlock elements behind a patch and
  /// writes up to kColumnBlock behind the last row.
  size_t (*normalizePatches)(const float* image, size_t imageStride, const uint32_t* at, size_t count,
                             size_t segments, size_t segmentLength, const float* mask, float addend,
                             float* out, size_t outStride, uint32_t* kept);

  /// The squared length of each patch, and its distance to each centre: distances[r][j] for all columns j of
  /// the centres' panels, NaN where rounding leaves a square below 0. Products err as those of `multiply`,
  /// square roots by half a unit in the last place.
  void (*patchDistances)(const float* patches, size_t stride, size_t rows, const PatchPanels& panels,
                         float* distances, size_t distanceStride, float* squaredLengths);

  /// The sum of distances[j] * shares[j], and the least distance; where one is NaN so is the sum, and the
  /// least means nothing. width is a multiple of panelWidth.
  void (*meanAndLeast)(const float* distances, const float* shares, size_t width, float* mean, float* least);

  /// sums[j] += max(0, means[r] - distances[r][j]) for each of the rows; width is a multiple of panelWidth.
  void (*addActivations)(const float* distances, size_t stride, size_t rows, const float* means, size_t width,
                         float* sums);

  /// y[i] += factor * x[i], within g(2) times the absolute values of both.
  void (*addScaled)(float factor, const float* x, float* y, size_t count);
  /// Sum of x[i] * y[i], within g(count) times the sum of the products' absolute values.
  float (*dot)(const float* x, const float* y, size_t count);
};

/// The kernels that multiply integers, to the same sums: all that some instruction sets bring. The rest
/// of their table is that of the set which they add to: a second copy would be a tenth of the whole program.
struct IntegerKernels {
  decltype(Kernels::multiplyInt16) multiplyInt16;
  decltype(Kernels::multiplyBytes) multiplyBytes;
};

/// One table for each instruction set that a build may hold; dispatch.cc knows which of them it does.
extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
extern const IntegerKernels kAvx512VnniIntegerKernels;
extern const Kernels kNeonKernels;
extern const IntegerKernels kNeonI8mmIntegerKernels;

}  // namespace handful
