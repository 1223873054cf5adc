#pragma once

#include <cstddef>
#include <vector>

#include "matrix/sparse_rows.h"
#include "runtime/context.h"

namespace handful {

struct SpreadLabelsOptions {
  std::size_t nClasses;
  /// What each row starts with for each class, 0 or more: graph.rows() x nClasses.
  std::vector<double> start;
  double alpha;
  double tol;
  double rowTol;
  std::size_t maxIter;
};

struct SpreadLabelsResult {
  /// graph.rows() x nClasses: each row's sum is 1, or 0 for a row that nothing reaches.
  std::vector<double> distributions;
  std::size_t nIter;
  bool converged;
};

/// Solves (I - alpha S) F = start for the symmetric matrix S that graph holds, and brings each row of F to
/// the sum 1.
///
/// Values of F fall by a factor with every edge, so that far rows drown in the error of one solve. After a
/// solve only those rows are settled whose sum stands above the bound of its error. For the others the
/// equations are solved again, with the settled rows as given. F of the others is linear in those and has no
/// negative factor, so a relative error of the settled rows becomes no larger there.
SpreadLabelsResult spreadLabels(Context& context, const SparseRows& graph,
                                const SpreadLabelsOptions& options);

}  // namespace handful
