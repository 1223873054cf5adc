#include "clustering/initial_centers.h"

#include <cmath>

namespace handful {

std::vector<float> valuesOfRows(const Matrix& x, const std::vector<std::int32_t>& rows) {
  std::vector<float> values;
  values.reserve(rows.size() * x.columns());
  for (const std::int32_t row : rows) {
    for (std::size_t column = 0; column < x.columns(); column++) {
      values.push_back(static_cast<float>(x.stored(static_cast<std::size_t>(row), column) * x.scale()));
    }
  }
  return values;
}

std::size_t defaultLocalTrials(std::size_t nClusters) {
  return 2 + static_cast<std::size_t>(std::log(static_cast<double>(nClusters)));
}

std::vector<float> initialCenters(Context& context, const Matrix& x, std::size_t nClusters,
                                  const KMeansInit& init, RandomState& random) {
  switch (init.method) {
    case KMeansInit::Method::kGiven:
      return init.centers;
    case KMeansInit::Method::kRandom: {
      std::vector<std::int32_t> rows = random.permutation(x.rows());
      rows.resize(nClusters);
      return valuesOfRows(x, rows);
    }
    case KMeansInit::Method::kPlusPlus:
      break;
  }
  return kMeansPlusPlus(context, x, {nClusters, defaultLocalTrials(nClusters)}, random).centers;
}

}  // namespace handful
