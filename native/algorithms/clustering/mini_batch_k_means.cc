#include "clustering/mini_batch_k_means.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "clustering/cluster_sums.h"
#include "search/center_index.h"

namespace handful {
namespace {

/// Centres become the running means of all the rows they have seen (Sculley 2010).
void moveCenters(Context& context, const ClusterSums& batch, std::vector<float>& centers,
                 std::vector<double>& counts) {
  const std::size_t columns = centers.size() / counts.size();
  context.pool.parallelFor(counts.size(), [&](std::size_t cluster, unsigned) {
    if (batch.counts[cluster] == 0) return;
    const double before = counts[cluster];
    counts[cluster] += batch.counts[cluster];
    for (std::size_t i = cluster * columns; i < (cluster + 1) * columns; i++) {
      centers[i] = static_cast<float>((centers[i] * before + batch.sums[i]) / counts[cluster]);
    }
  });
}

/// Moves centres that have seen few rows to rows of the batch drawn at random, at most half as many as the
/// batch has rows, and gives them the smallest count of those that stay.
void reassignCenters(const Matrix& x, const std::vector<std::int32_t>& batch, double reassignmentRatio,
                     std::vector<float>& centers, std::vector<double>& counts, RandomState& random) {
  const double limit = reassignmentRatio * *std::max_element(counts.begin(), counts.end());
  std::vector<std::size_t> byCount(counts.size());
  std::iota(byCount.begin(), byCount.end(), std::size_t{0});
  std::stable_sort(byCount.begin(), byCount.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
  std::vector<bool> moves(counts.size());
  std::size_t nMoves = 0;
  for (const std::size_t cluster : byCount) {
    if (counts[cluster] >= limit || nMoves >= batch.size() / 2) break;
    moves[cluster] = true;
    nMoves++;
  }
  if (nMoves == 0) return;

  std::vector<std::int32_t> rows = random.permutation(batch.size());
  const std::size_t columns = x.columns();
  double smallestKept = std::numeric_limits<double>::infinity();
  for (std::size_t cluster = 0, next = 0; cluster < counts.size(); cluster++) {
    if (!moves[cluster]) {
      smallestKept = std::min(smallestKept, counts[cluster]);
      continue;
    }
    const std::size_t row = static_cast<std::size_t>(batch[static_cast<std::size_t>(rows[next++])]);
    for (std::size_t column = 0; column < columns; column++) {
      centers[cluster * columns + column] = static_cast<float>(x.stored(row, column) * x.scale());
    }
  }
  for (std::size_t cluster = 0; cluster < counts.size(); cluster++) {
    if (moves[cluster]) counts[cluster] = smallestKept;
  }
}

/// One step on the rows of a batch.
Assignment step(Context& context, const Matrix& x, const std::vector<std::int32_t>& batch,
                const MiniBatchStepOptions& options, std::vector<float>& centers, std::vector<double>& counts,
                RandomState& random) {
  Assignment result{std::vector<std::int32_t>(batch.size()), 0};
  CenterIndex(context, x, centers).label(batch.data(), batch.size(), result.labels.data(), "assign");
  const ClusterSums sums =
      sumClusters(context, x, batch.data(), batch.size(), result.labels.data(), counts.size());
  result.inertia = sums.inertia(centers);
  moveCenters(context, sums, centers, counts);
  if (options.reassign && options.reassignmentRatio > 0) {
    reassignCenters(x, batch, options.reassignmentRatio, centers, counts, random);
  }
  return result;
}

double squaredShift(const std::vector<float>& before, const std::vector<float>& after) {
  double shift = 0;
  for (std::size_t i = 0; i < before.size(); i++) {
    const double difference = static_cast<double>(after[i]) - before[i];
    shift += difference * difference;
  }
  return shift;
}

/// Of nInit starts, each on rows of its own, the one with the least inertia on a validation sample drawn
/// before.
std::vector<float> bestStart(Context& context, const Matrix& x, const MiniBatchKMeansOptions& options,
                             RandomState& random) {
  const auto draw = [&] {
    const std::vector<std::int32_t> rows = random.integers(x.rows(), options.initSize);
    return x.take(rows.data(), rows.size());
  };
  const std::shared_ptr<const Matrix> validation = draw();
  std::vector<float> best;
  double bestInertia = 0;
  for (std::size_t start = 0; start < options.nInit; start++) {
    std::vector<float> centers =
        options.initSize < x.rows()
            ? initialCenters(context, *draw(), options.nClusters, options.init, random)
            : initialCenters(context, x, options.nClusters, options.init, random);
    const double inertia = assign(context, *validation, centers).inertia;
    if (start == 0 || inertia < bestInertia) {
      bestInertia = inertia;
      best = std::move(centers);
    }
  }
  return best;
}

/// Decides when the steps no longer help, as scikit-learn 1.2's _mini_batch_convergence does: by an
/// exponentially weighted average of the batches' inertia.
class ConvergenceMonitor {
 public:
  ConvergenceMonitor(double batchSize, double rows, double tol, double maxNoImprovement)
      : weight_(std::min(1.0, 2 * batchSize / (rows + 1))), tol_(tol), maxNoImprovement_(maxNoImprovement) {}

  /// Whether to stop after a step with that mean inertia, in which the centres moved that far.
  bool stopsAfter(double inertia, double shift) {
    // The first step's inertia is that of the start.
    if (steps_++ == 0) return false;
    average_ = steps_ == 2 ? inertia : average_ * (1 - weight_) + inertia * weight_;
    if (tol_ > 0 && shift <= tol_) return true;
    if (average_ < least_) {
      least_ = average_;
      withoutImprovement_ = 0;
    } else {
      withoutImprovement_++;
    }
    return withoutImprovement_ >= maxNoImprovement_;
  }

 private:
  const double weight_, tol_, maxNoImprovement_;
  std::size_t steps_ = 0;
  double average_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
  double withoutImprovement_ = 0;
};

}  // namespace

Assignment miniBatchKMeansStep(Context& context, const Matrix& x, const MiniBatchStepOptions& options,
                               std::vector<float>& centers, std::vector<double>& counts,
                               RandomState& random) {
  std::vector<std::int32_t> rows(x.rows());
  std::iota(rows.begin(), rows.end(), 0);
  return step(context, x, rows, options, centers, counts, random);
}

MiniBatchKMeansResult miniBatchKMeans(Context& context, const Matrix& x,
                                      const MiniBatchKMeansOptions& options, RandomState& random) {
  MiniBatchKMeansResult result{};
  result.centers = bestStart(context, x, options, random);
  result.counts.assign(options.nClusters, 0.0);

  const std::size_t rows = x.rows(), batchSize = options.batchSize;
  const std::size_t maxSteps = options.maxIter * rows / batchSize;
  const double tol = options.tol == 0 ? 0 : options.tol * meanColumnVariance(context, x);
  ConvergenceMonitor monitor(static_cast<double>(batchSize), static_cast<double>(rows), tol,
                             options.maxNoImprovement);
  std::size_t sinceReassignment = 0;
  for (bool stop = false; !stop && result.nSteps < maxSteps;) {
    const std::vector<std::int32_t> batch = random.integers(rows, batchSize);
    sinceReassignment += batchSize;
    const bool reassign = sinceReassignment >= 10 * options.nClusters ||
                          *std::min_element(result.counts.begin(), result.counts.end()) == 0;
    if (reassign) sinceReassignment = 0;
    const std::vector<float> before = tol > 0 ? result.centers : std::vector<float>();
    const Assignment assignment =
        step(context, x, batch, {reassign, options.reassignmentRatio}, result.centers, result.counts, random);
    const double inertia = assignment.inertia / static_cast<double>(batchSize);
    result.nSteps++;
    stop = monitor.stopsAfter(inertia, tol > 0 ? squaredShift(before, result.centers) : 0);
    context.job.report("batch", static_cast<double>(result.nSteps), static_cast<double>(maxSteps), inertia);
  }
  result.nIter = (result.nSteps * batchSize + rows - 1) / rows;
  result.assignment = assign(context, x, result.centers);
  return result;
}

}  // namespace handful
