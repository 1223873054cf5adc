#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "context.h"

namespace handful {

/// A square matrix compressed by rows: row r's entries are indptr[r] … indptr[r + 1] - 1.
struct SparseRows {
  std::vector<std::int32_t> indptr;
  std::vector<std::int32_t> indices;
  std::vector<double> data;

  std::size_t rows() const { return indptr.size() - 1; }
};

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
