#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "clustering/assignment.h"
#include "search/nearest.h"
#include "support.h"

namespace handful {

/// Holds the k nearest rows of each query against the plain loop.
inline void checkAgainstPlainLoop(const Kernels& kernels, const Matrix& x, const Matrix& queries,
                                  std::size_t k) {
  Run run(kernels);
  const Neighbors neighbors = nearest(run.context, x, queries, k);
  bool same = true;
  for (std::size_t q = 0; q < queries.rows(); q++) {
    std::vector<std::pair<double, std::int32_t>> all(x.rows());
    for (std::size_t i = 0; i < x.rows(); i++) {
      all[i] = {plainSquaredDistance(x, i, queries, q), static_cast<std::int32_t>(i)};
    }
    std::sort(all.begin(), all.end());
    for (std::size_t j = 0; j < k; j++) {
      same &= neighbors.indices[q * k + j] == all[j].second;
      same &= neighbors.distances[q * k + j] == std::sqrt(all[j].first);
    }
  }
  CHECK(same);
}

/// Holds the nearest centre of each row, ties to the lowest, and the inertia against the plain loop.
inline void checkAssignment(const Kernels& kernels, const Matrix& x, const std::vector<float>& centers) {
  Run run(kernels);
  const Assignment assignment = assign(run.context, x, centers);
  const Matrix centerRows = floats(centers, x.columns());
  bool same = true;
  double inertia = 0, squaredLengths = 0;
  for (std::size_t i = 0; i < x.rows(); i++) {
    double least = std::numeric_limits<double>::infinity();
    std::int32_t label = -1;
    for (std::size_t j = 0; j < centerRows.rows(); j++) {
      const double distance = plainSquaredDistance(x, i, centerRows, j);
      if (distance < least) {
        least = distance;
        label = static_cast<std::int32_t>(j);
      }
    }
    inertia += least;
    squaredLengths += x.squaredNorms()[i] * x.scale() * x.scale();
    same &= assignment.labels[i] == label;
  }
  CHECK(same);
  // Bytes are summed by cluster before they are multiplied out: what is left where rows lie on their centres
  // is a ridge of their lengths.
  CHECK(std::abs(assignment.inertia - inertia) <= 1e-9 * inertia + 1e-12 * squaredLengths);
}

}  // namespace handful
