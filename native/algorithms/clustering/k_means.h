#pragma once

#include <cstddef>
#include <vector>

#include "clustering/assignment.h"
#include "clustering/initial_centers.h"
#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

struct KMeansOptions {
  std::size_t nClusters;
  KMeansInit init;
  std::size_t nInit;
  std::size_t maxIter;
  double tol;
};

struct KMeansResult {
  std::vector<float> centers;
  Assignment assignment;
  std::size_t nIter;
  bool converged;
};

KMeansResult kMeans(Context& context, const Matrix& x, const KMeansOptions& options, RandomState& random);

}  // namespace handful
