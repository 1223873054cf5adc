#include "graph/sparse_product.h"

#include <algorithm>

#include "matrix/row_tile.h"

namespace handful {
namespace {

constexpr std::size_t kTaskRows = 256;

}  // namespace

void sparseProduct(Context& context, const SparseRows& graph, const Matrix& x, float* out) {
  const std::size_t rows = x.rows(), columns = x.columns();
  const std::size_t tasks = (rows + kTaskRows - 1) / kTaskRows;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    RowTile tile(context.kernels, x, 1);
    std::vector<double> sums(columns);
    for (std::size_t row = task * kTaskRows; row < std::min(rows, (task + 1) * kTaskRows); row++) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (std::int32_t entry = graph.indptr[row]; entry < graph.indptr[row + 1]; entry++) {
        const double weight = graph.data[entry] * x.scale();
        const float* const neighbor = tile.floats(static_cast<std::size_t>(graph.indices[entry]), 1);
        for (std::size_t column = 0; column < columns; column++) sums[column] += weight * neighbor[column];
      }
      std::copy(sums.begin(), sums.end(), out + row * columns);
    }
    context.job.reportFrom(worker, "smooth", task, tasks);
  });
}

}  // namespace handful
