#pragma once

#include <stdexcept>
#include <vector>

#include "features/patch_geometry.h"
#include "features/patch_whitening.h"
#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

/// Thrown where images have fewer patches with contrast than clusters are wanted.
class TooFewPatches : public std::invalid_argument {
 public:
  TooFewPatches(std::size_t found, std::size_t nClusters);
};

/// What patches are compared to.
struct PatchCodebook {
  PatchWhitening whitening;
  /// nClusters x geometry.depth(), of whitened patches.
  std::vector<float> centers;
};

struct PatchLearningOptions {
  PatchGeometry geometry;
  std::size_t nClusters;
  /// Patches to learn from, at most.
  std::size_t nPatches;
  std::size_t maxIter;
  /// Patches whose values' standard deviation is not above this teach nothing and are left out.
  double minContrast;
  /// Added to the variance of a patch before it is divided by its root.
  double contrastEpsilon;
  /// Added to the variance in every direction before it is brought to 1.
  double whiteningEpsilon;
};

struct PatchLearningResult {
  PatchCodebook codebook;
  /// Patches learned from.
  std::size_t nPatches;
  std::size_t nIter;
  /// Of those patches, whitened.
  double inertia;
};

/// Learns a codebook of patches from images (Coates, Ng & Lee 2011): random patches normalised and whitened,
/// their centres found by k-means. Throws TooFewPatches.
PatchLearningResult learnPatches(Context& context, const Matrix& x, const PatchLearningOptions& options,
                                 RandomState& random);

}  // namespace handful
