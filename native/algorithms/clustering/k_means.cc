#include "clustering/k_means.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "clustering/cluster_sums.h"
#include "search/exact_distance.h"

namespace handful {
namespace {

/// Gives every empty cluster the row that lies farthest from its own centre, farthest first, ties to the
/// lowest row, as scikit-learn's _relocate_empty_clusters_dense does; the row leaves its cluster.
void relocateEmptyClusters(const Matrix& x, const std::vector<std::int32_t>& labels,
                           const std::vector<float>& centers, ClusterSums& clusters) {
  std::vector<std::size_t> empty;
  for (std::size_t cluster = 0; cluster < clusters.counts.size(); cluster++) {
    if (clusters.counts[cluster] == 0) empty.push_back(cluster);
  }
  if (empty.empty()) return;
  const std::size_t columns = x.columns();
  std::vector<std::pair<double, std::size_t>> byDistance(x.rows());
  for (std::size_t row = 0; row < x.rows(); row++) {
    const float* center = centers.data() + static_cast<std::size_t>(labels[row]) * columns;
    byDistance[row] = {-exactSquaredDistance(x, row, center), row};
  }
  const std::size_t moved = std::min(empty.size(), x.rows());
  std::partial_sort(byDistance.begin(), byDistance.begin() + static_cast<std::ptrdiff_t>(moved),
                    byDistance.end());
  for (std::size_t i = 0; i < moved && byDistance[i].first < 0; i++) {
    const std::size_t row = byDistance[i].second, from = static_cast<std::size_t>(labels[row]), to = empty[i];
    for (std::size_t column = 0; column < columns; column++) {
      const double value = x.stored(row, column) * x.scale();
      clusters.sums[from * columns + column] -= value;
      clusters.sums[to * columns + column] = value;
    }
    clusters.counts[from] -= 1;
    clusters.counts[to] = 1;
  }
}

/// Moves each centre to the mean of its rows; returns the squared distance they moved in all.
double moveCenters(const ClusterSums& clusters, std::vector<float>& centers) {
  const std::size_t columns = centers.size() / clusters.counts.size();
  double shift = 0;
  for (std::size_t cluster = 0; cluster < clusters.counts.size(); cluster++) {
    if (clusters.counts[cluster] == 0) continue;
    for (std::size_t i = cluster * columns; i < (cluster + 1) * columns; i++) {
      const float moved = static_cast<float>(clusters.sums[i] / clusters.counts[cluster]);
      const double difference = static_cast<double>(moved) - centers[i];
      shift += difference * difference;
      centers[i] = moved;
    }
  }
  return shift;
}

/// Lloyd's iterations from one start, as scikit-learn 1.2's _kmeans_single_lloyd runs them.
KMeansResult lloyd(Context& context, const Matrix& x, std::vector<float> centers, std::size_t nClusters,
                   std::size_t maxIter, double tol) {
  KMeansResult result{};
  std::vector<std::int32_t> previous;
  bool labelsFitCenters = false;
  while (result.nIter < maxIter && !result.converged) {
    std::vector<std::int32_t> labels = nearestCenters(context, x, centers);
    ClusterSums clusters = sumClusters(context, x, nullptr, x.rows(), labels.data(), nClusters);
    relocateEmptyClusters(x, labels, centers, clusters);
    const double shift = moveCenters(clusters, centers);
    result.nIter++;
    labelsFitCenters = labels == previous;
    result.converged = labelsFitCenters || shift <= tol;
    previous = std::move(labels);
    context.job.report("iteration", static_cast<double>(result.nIter), static_cast<double>(maxIter), shift);
  }
  if (!labelsFitCenters) previous = nearestCenters(context, x, centers);
  const double inertia = inertiaOf(context, x, previous, centers);
  result.assignment = {std::move(previous), inertia};
  result.centers = std::move(centers);
  return result;
}

/// Whether two labellings divide the rows alike, whatever they call the clusters.
bool sameClustering(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
                    std::size_t nClusters) {
  std::vector<std::int32_t> counterpart(nClusters, -1);
  for (std::size_t row = 0; row < a.size(); row++) {
    std::int32_t& expected = counterpart[static_cast<std::size_t>(a[row])];
    if (expected < 0) expected = b[row];
    if (expected != b[row]) return false;
  }
  return true;
}

}  // namespace

KMeansResult kMeans(Context& context, const Matrix& x, const KMeansOptions& options, RandomState& random) {
  const double tol = options.tol == 0 ? 0 : options.tol * meanColumnVariance(context, x);
  KMeansResult best{};
  for (std::size_t start = 0; start < options.nInit; start++) {
    std::vector<float> centers = initialCenters(context, x, options.nClusters, options.init, random);
    KMeansResult result = lloyd(context, x, std::move(centers), options.nClusters, options.maxIter, tol);
    // Of equal clusterings, whose inertia differs by rounding alone, the first is kept, as scikit-learn does.
    if (start == 0 ||
        (result.assignment.inertia < best.assignment.inertia &&
         !sameClustering(result.assignment.labels, best.assignment.labels, options.nClusters))) {
      best = std::move(result);
    }
  }
  return best;
}

}  // namespace handful
