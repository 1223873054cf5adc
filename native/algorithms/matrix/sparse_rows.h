#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace handful {

/// A square matrix compressed by rows: row r's entries are indptr[r] … indptr[r + 1] - 1.
struct SparseRows {
  std::vector<std::int32_t> indptr;
  std::vector<std::int32_t> indices;
  std::vector<double> data;

  std::size_t rows() const { return indptr.size() - 1; }
};

}  // namespace handful
