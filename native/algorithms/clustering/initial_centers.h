#pragma once

#include <cstdint>
#include <vector>

#include "clustering/k_means.h"

namespace handful {

/// Rows of x in value units, one after the other.
std::vector<float> valuesOfRows(const Matrix& x, const std::vector<std::int32_t>& rows);

/// The centres to start from: chosen among all rows of x, or given.
std::vector<float> initialCenters(Context& context, const Matrix& x, std::size_t nClusters,
                                  const KMeansInit& init, RandomState& random);

/// Candidates that greedy k-means++ tries for each centre where nothing else is asked for.
std::size_t defaultLocalTrials(std::size_t nClusters);

}  // namespace handful
