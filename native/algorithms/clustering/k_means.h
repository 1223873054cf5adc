#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

struct Assignment {
  /// For each row its nearest centre, ties to the lowest.
  std::vector<std::int32_t> labels;
  /// Sum over the rows of the squared distance to that centre.
  double inertia;
};

/// centers: any number of rows of x.columns() values.
Assignment assign(Context& context, const Matrix& x, const std::vector<float>& centers);

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

/// Where the first centres come from.
struct KMeansInit {
  enum class Method { kPlusPlus, kRandom, kGiven } method;
  /// With kGiven: nClusters rows.
  std::vector<float> centers;
};

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
