#include <algorithm>
#include <numeric>

#include "aligned.h"
#include "initial_centers.h"
#include "k_means.h"
#include "row_tile.h"

namespace handful {
namespace {

constexpr std::size_t kTaskRows = 256;

}  // namespace

// Arthur & Vassilvitskii 2007, greedy: of a few candidates drawn with probability proportional to the squared
// distance to the nearest centre so far, the one that lowers the sum of those distances most becomes the next
// centre. All is computed in units of what x stores, which for bytes makes every distance a whole number.
KMeansPlusPlusResult kMeansPlusPlus(Context& context, const Matrix& x, const KMeansPlusPlusOptions& options,
                                    RandomState& random) {
  const std::size_t rows = x.rows(), stride = x.stride(), trials = options.nLocalTrials;
  const std::size_t tasks = (rows + kTaskRows - 1) / kTaskRows;
  KMeansPlusPlusResult result;

  // closest[i]: squared distance of row i to the nearest centre so far; distances: the same if a candidate
  // joined.
  std::vector<double> closest, distances(trials * rows), runningSum(rows), potentials(trials);
  std::vector<std::vector<double>> taskPotentials(tasks, std::vector<double>(trials));
  std::vector<std::int32_t> candidates(1, static_cast<std::int32_t>(random.nextInteger(rows)));

  const auto tryCandidates = [&] {
    RowTile candidateTile(context.kernels, x, candidates.size());
    const float* candidateRows = candidateTile.floats(candidates.data(), candidates.size());
    context.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
      constexpr std::size_t kBlock = 32;
      const std::size_t end = std::min(rows, (task + 1) * kTaskRows);
      RowTile tile(context.kernels, x, kBlock);
      std::vector<double> block(trials * kBlock);
      std::fill(taskPotentials[task].begin(), taskPotentials[task].end(), 0.0);
      for (std::size_t first = task * kTaskRows; first < end; first += kBlock) {
        const std::size_t count = std::min(kBlock, end - first);
        context.kernels.squaredDistances(candidateRows, stride, candidates.size(), tile.floats(first, count),
                                         stride, count, stride, block.data(), kBlock);
        for (std::size_t trial = 0; trial < candidates.size(); trial++) {
          double* to = distances.data() + trial * rows + first;
          double potential = 0;
          for (std::size_t i = 0; i < count; i++) {
            const double distance = block[trial * kBlock + i];
            to[i] = closest.empty() ? distance : std::min(distance, closest[first + i]);
            potential += to[i];
          }
          taskPotentials[task][trial] += potential;
        }
      }
    });
    std::fill(potentials.begin(), potentials.end(), 0.0);
    for (const std::vector<double>& part : taskPotentials) {
      for (std::size_t trial = 0; trial < candidates.size(); trial++) potentials[trial] += part[trial];
    }
  };

  for (std::size_t center = 0; center < options.nClusters; center++) {
    if (center > 0) {
      std::partial_sum(closest.begin(), closest.end(), runningSum.begin());
      const double potential = runningSum.back();
      candidates.resize(trials);
      for (std::int32_t& candidate : candidates) {
        const double drawn = random.nextDouble() * potential;
        const auto place = std::lower_bound(runningSum.begin(), runningSum.end(), drawn);
        candidate = static_cast<std::int32_t>(
            std::min<std::ptrdiff_t>(place - runningSum.begin(), static_cast<std::ptrdiff_t>(rows) - 1));
      }
    }
    tryCandidates();
    const auto best = std::min_element(potentials.begin(),
                                       potentials.begin() + static_cast<std::ptrdiff_t>(candidates.size())) -
                      potentials.begin();
    const auto bestDistances = distances.begin() + best * static_cast<std::ptrdiff_t>(rows);
    closest.assign(bestDistances, bestDistances + static_cast<std::ptrdiff_t>(rows));
    result.indices.push_back(candidates[static_cast<std::size_t>(best)]);
    context.job.report("k-means++", static_cast<double>(center + 1), static_cast<double>(options.nClusters));
  }
  result.centers = valuesOfRows(x, result.indices);
  return result;
}

}  // namespace handful
