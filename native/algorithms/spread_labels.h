#pragma once

#include <cstddef>
#include <vector>

#include "context.h"
#include "sparse_rows.h"

namespace handful {

struct SpreadLabelsOptions {
  std::size_t nClasses;
  /// What each row starts with for each class: graph.rows() x nClasses.
  std::vector<double> start;
  double alpha;
  double tol;
  std::size_t maxIter;
};

struct SpreadLabelsResult {
  /// graph.rows() x nClasses.
  std::vector<double> scores;
  std::size_t nIter;
  bool converged;
};

/// Solves (I - alpha S) F = start for the symmetric matrix S that graph holds.
SpreadLabelsResult spreadLabels(Context& context, const SparseRows& graph,
                                const SpreadLabelsOptions& options);

}  // namespace handful
