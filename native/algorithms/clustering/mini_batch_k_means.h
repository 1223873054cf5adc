#pragma once

#include <cstdint>
#include <vector>

#include "clustering/assignment.h"
#include "clustering/initial_centers.h"
#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

struct MiniBatchKMeansOptions {
  std::size_t nClusters;
  KMeansInit init;
  std::size_t nInit;
  std::size_t initSize;
  std::size_t batchSize;
  std::size_t maxIter;
  double tol;
  /// Infinity switches this stop off.
  double maxNoImprovement;
  double reassignmentRatio;
};

struct MiniBatchKMeansResult {
  std::vector<float> centers;
  std::vector<double> counts;
  Assignment assignment;
  std::size_t nSteps;
  std::size_t nIter;
};

MiniBatchKMeansResult miniBatchKMeans(Context& context, const Matrix& x,
                                      const MiniBatchKMeansOptions& options, RandomState& random);

struct MiniBatchStepOptions {
  bool reassign;
  double reassignmentRatio;
};

/// One step on all rows of x: moves centers, adds to counts; the assignment is to the centres as they were.
Assignment miniBatchKMeansStep(Context& context, const Matrix& x, const MiniBatchStepOptions& options,
                               std::vector<float>& centers, std::vector<double>& counts, RandomState& random);

}  // namespace handful
