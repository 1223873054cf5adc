#include "features/row_transforms.h"

#include <algorithm>
#include <cmath>

#include "matrix/row_tile.h"
#include "matrix/scaled_rows.h"
#include "runtime/aligned.h"

namespace handful {
namespace {

constexpr std::size_t kTaskRows = 64;

/// Calls visit(row, task's buffers, place in out) for every row, on all threads.
template <typename Buffer, typename Visit>
void forEachRow(Context& context, const Matrix& x, float* out, const Buffer& buffer, const Visit& visit) {
  const std::size_t tasks = (x.rows() + kTaskRows - 1) / kTaskRows;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    context.job.reportFrom(worker, "transform", task, tasks);
    auto own = buffer();
    const std::size_t end = std::min(x.rows(), (task + 1) * kTaskRows);
    for (std::size_t row = task * kTaskRows; row < end; row++) visit(row, own, out + row * x.columns());
  });
}

double normOf(const float* row, std::size_t columns, Norm norm) {
  double sum = 0;
  for (std::size_t column = 0; column < columns; column++) {
    const double size = std::abs(static_cast<double>(row[column]));
    if (norm == Norm::kMax) sum = std::max(sum, size);
    if (norm == Norm::kL1) sum += size;
    if (norm == Norm::kL2) sum += size * size;
  }
  return norm == Norm::kL2 ? std::sqrt(sum) : sum;
}

}  // namespace

void scaleColumns(Context& context, const Matrix& x, const std::vector<double>& center,
                  const std::vector<double>& scale, float* out) {
  const ScaledRows rows(x, center, scale);
  const auto buffer = [&] { return AlignedVector<double>(x.columns()); };
  forEachRow(context, x, out, buffer, [&](std::size_t row, AlignedVector<double>& values, float* to) {
    rows.copy(row, 0, x.columns(), values.data());
    for (std::size_t column = 0; column < x.columns(); column++)
      to[column] = static_cast<float>(values[column]);
  });
}

void normalizeRows(Context& context, const Matrix& x, Norm norm, float* out) {
  const auto buffer = [&] { return RowTile(context.kernels, x, 1); };
  forEachRow(context, x, out, buffer, [&](std::size_t row, RowTile& tile, float* to) {
    // The scale is no matter: it would be divided out again.
    const float* stored = tile.floats(row, 1);
    const double size = normOf(stored, x.columns(), norm);
    for (std::size_t column = 0; column < x.columns(); column++) {
      to[column] = size > 0 ? static_cast<float>(stored[column] / size) : 0.0f;
    }
  });
}

}  // namespace handful
