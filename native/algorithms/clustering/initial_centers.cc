#include "clustering/initial_centers.h"

#include <cmath>

#include "clustering/k_means_plus_plus.h"

namespace handful {
namespace {

/// Candidates that greedy k-means++ tries for each centre, as scikit-learn does.
std::size_t defaultLocalTrials(std::size_t nClusters) {
  return 2 + static_cast<std::size_t>(std::log(static_cast<double>(nClusters)));
}

}  // namespace

std::vector<float> initialCenters(Context& context, const Matrix& x, std::size_t nClusters,
                                  const KMeansInit& init, RandomState& random) {
  switch (init.method) {
    case KMeansInit::Method::kGiven:
      return init.centers;
    case KMeansInit::Method::kRandom: {
      std::vector<std::int32_t> rows = random.permutation(x.rows());
      rows.resize(nClusters);
      return x.valuesOf(rows);
    }
    case KMeansInit::Method::kPlusPlus:
      break;
  }
  return kMeansPlusPlus(context, x, {nClusters, defaultLocalTrials(nClusters)}, random).centers;
}

}  // namespace handful
