#include "features/patch_codebook.h"

#include <string>
#include <utility>

#include "clustering/k_means.h"
#include "features/patch_sample.h"

namespace handful {

TooFewPatches::TooFewPatches(std::size_t found, std::size_t nClusters)
    : std::invalid_argument("Expected at least nClusters = " + std::to_string(nClusters) +
                            " patches with contrast in the images but found " + std::to_string(found) +
                            ": lower nClusters or minContrast, raise nPatches, or give more images") {}

PatchLearningResult learnPatches(Context& context, const Matrix& x, const PatchLearningOptions& options,
                                 RandomState& random) {
  const std::size_t depth = options.geometry.depth(), nClusters = options.nClusters;
  std::vector<float> patches = samplePatches(
      context, x, options.geometry, {options.nPatches, options.minContrast, options.contrastEpsilon}, random);
  const std::size_t nPatches = patches.size() / depth;
  if (nPatches < nClusters) throw TooFewPatches(nPatches, nClusters);

  PatchWhitening whitening = learnWhitening(context, patches, depth, options.whiteningEpsilon);
  whiten(context, whitening, patches);
  const Matrix whitened(patches.data(), nPatches, depth, 1.0);
  patches = {};

  const KMeansOptions clustering{nClusters, {KMeansInit::Method::kPlusPlus, {}}, 1, options.maxIter, 0};
  KMeansResult found = kMeans(context, whitened, clustering, random);
  return {{std::move(whitening), std::move(found.centers)}, nPatches, found.nIter, found.assignment.inertia};
}

}  // namespace handful
