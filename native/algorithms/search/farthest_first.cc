#include "search/farthest_first.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "matrix/row_tile.h"
#include "search/exact_distance.h"

namespace handful {
namespace {

constexpr std::size_t kTaskRows = 1024;
constexpr std::size_t kBlock = 32;

/// What a chosen row has in place of a distance: it is farther from being chosen than any duplicate of it.
constexpr double kChosen = -1;

}  // namespace

// Gonzalez 1985. Distances in floats filter: only a row that may have come nearer than it was, which after
// the first few choices is a rare one, is measured by the plain loop in float64. So the rows are those that
// the plain loop alone would choose.
FarthestRows farthestFirst(Context& context, const Matrix& x, const std::vector<std::int32_t>& chosen,
                           std::size_t count) {
  const std::size_t rows = x.rows(), stride = x.stride();
  const std::size_t tasks = (rows + kTaskRows - 1) / kTaskRows;
  // A distance from squaredDistances lies within 2^-16 of the true one, the plain loop's far nearer.
  const double toLowerBound = x.scale() * x.scale() * (1 - 0x1p-15);

  // closest[i]: the squared distance of row i to the nearest row chosen so far.
  std::vector<double> closest(rows, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> farthestOfTask(tasks);
  RowTile chosenTile(context.kernels, x, 1);

  const auto approach = [&](std::int32_t next) {
    const std::size_t nextRow = static_cast<std::size_t>(next);
    const float* values = chosenTile.floats(nextRow, 1);
    context.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
      const std::size_t end = std::min(rows, (task + 1) * kTaskRows);
      std::size_t farthest = task * kTaskRows;
      RowTile tile(context.kernels, x, kBlock);
      double block[kBlock];
      for (std::size_t first = task * kTaskRows; first < end; first += kBlock) {
        const std::size_t width = std::min(kBlock, end - first);
        context.kernels.squaredDistances(values, stride, 1, tile.floats(first, width), stride, width, stride,
                                         block, kBlock);
        for (std::size_t i = 0; i < width; i++) {
          double& nearest = closest[first + i];
          if (!floatsHold(block[i]) || block[i] * toLowerBound <= nearest) {
            nearest = std::min(nearest, exactSquaredDistance(x, first + i, x, nextRow));
          }
          if (first + i == nextRow) nearest = kChosen;
          if (nearest > closest[farthest]) farthest = first + i;
        }
      }
      farthestOfTask[task] = farthest;
    });
  };

  for (const std::int32_t row : chosen) approach(row);
  FarthestRows found;
  while (found.indices.size() < count) {
    const std::size_t farthest =
        *std::max_element(farthestOfTask.begin(), farthestOfTask.end(),
                          [&](std::size_t a, std::size_t b) { return closest[a] < closest[b]; });
    found.indices.push_back(static_cast<std::int32_t>(farthest));
    found.distances.push_back(std::sqrt(closest[farthest]));
    context.job.report("choose", static_cast<double>(found.indices.size()), static_cast<double>(count));
    if (found.indices.size() < count) approach(found.indices.back());
  }
  return found;
}

}  // namespace handful
