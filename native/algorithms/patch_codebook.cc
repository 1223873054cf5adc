#include "patch_codebook.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "initial_centers.h"
#include "k_means.h"
#include "patch_sample.h"

namespace handful {
namespace {

/// For each centre, patches among which k-means++ finds the start.
constexpr std::size_t kStartPatches = 50;

/// So many rows of x, as far apart as they can be.
std::shared_ptr<const Matrix> evenly(const Matrix& x, std::size_t count) {
  std::vector<std::int32_t> rows(count);
  for (std::size_t i = 0; i < count; i++) rows[i] = static_cast<std::int32_t>(i * x.rows() / count);
  return x.take(rows.data(), count);
}

}  // namespace

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

  const auto sample = evenly(whitened, std::min(nPatches, kStartPatches * nClusters));
  std::vector<float> start =
      initialCenters(context, *sample, nClusters, {KMeansInit::Method::kPlusPlus, {}}, random);
  const KMeansOptions clustering{
      nClusters, {KMeansInit::Method::kGiven, std::move(start)}, 1, options.maxIter, 0};
  KMeansResult found = kMeans(context, whitened, clustering, random);
  return {{std::move(whitening), std::move(found.centers)}, nPatches, found.nIter, found.assignment.inertia};
}

}  // namespace handful
