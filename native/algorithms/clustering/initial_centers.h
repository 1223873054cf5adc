#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

/// Where the first centres come from.
struct KMeansInit {
  enum class Method { kPlusPlus, kRandom, kGiven } method;
  /// With kGiven: nClusters rows.
  std::vector<float> centers;
};

/// The centres to start from: chosen among all rows of x, or given.
std::vector<float> initialCenters(Context& context, const Matrix& x, std::size_t nClusters,
                                  const KMeansInit& init, RandomState& random);

}  // namespace handful
