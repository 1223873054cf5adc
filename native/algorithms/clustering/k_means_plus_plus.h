#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

struct KMeansPlusPlusOptions {
  std::size_t nClusters;
  std::size_t nLocalTrials;
};

struct KMeansPlusPlusResult {
  std::vector<std::int32_t> indices;
  std::vector<float> centers;
};

/// Greedy k-means++ over all rows of x.
KMeansPlusPlusResult kMeansPlusPlus(Context& context, const Matrix& x, const KMeansPlusPlusOptions& options,
                                    RandomState& random);

}  // namespace handful
