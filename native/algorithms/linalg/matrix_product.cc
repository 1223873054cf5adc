#include "linalg/matrix_product.h"

#include <algorithm>

#include "linalg/panels.h"
#include "runtime/aligned.h"

namespace handful {
namespace {

/// Rows and columns of sums that stay in the first-level cache over the whole depth.
constexpr std::size_t kTileRows = 24, kTileColumns = 64;
constexpr std::size_t kTaskRows = 4 * kTileRows;

}  // namespace

void multiplyMatrices(Context& context, const Operand& left, const Operand& right, std::size_t rows,
                      std::size_t depth, std::size_t columns, Into into, double* out, std::size_t outStride) {
  Panels<double> packed(context.kernels, columns, depth);
  const std::size_t width = packed.width();
  context.pool.parallelFor((columns + width - 1) / width, [&](std::size_t panel, unsigned) {
    const std::size_t begin = panel * width, count = std::min(width, columns - begin);
    for (std::size_t d = 0; d < depth; d++) {
      const double* from = right.data + d * right.rowStride + begin * right.columnStride;
      double* to = packed.panel(begin, d);
      for (std::size_t j = 0; j < count; j++) to[j] = from[j * right.columnStride];
    }
  });

  const std::size_t down = (rows + kTaskRows - 1) / kTaskRows;
  const std::size_t across = (columns + kTileColumns - 1) / kTileColumns;
  context.pool.parallelFor(down * across, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    const std::size_t firstRow = task / across * kTaskRows, firstColumn = task % across * kTileColumns;
    const std::size_t lastRow = std::min(rows, firstRow + kTaskRows);
    const std::size_t columnsHere = std::min(kTileColumns, columns - firstColumn);
    AlignedVector<double> tile(kTileRows * kTileColumns);
    for (std::size_t row = firstRow; row < lastRow; row += kTileRows) {
      const std::size_t rowsHere = std::min(kTileRows, lastRow - row);
      multiplySliced(context.kernels,
                     LeftRows<double>{left.data + row * left.rowStride, left.rowStride, left.columnStride},
                     rowsHere, packed, firstColumn, columnsHere, depth, tile.data(), kTileColumns);
      for (std::size_t r = 0; r < rowsHere; r++) {
        const double* from = tile.data() + r * kTileColumns;
        double* to = out + (row + r) * outStride + firstColumn;
        if (into == Into::kReplace) {
          std::copy_n(from, columnsHere, to);
        } else {
          for (std::size_t j = 0; j < columnsHere; j++) to[j] -= from[j];
        }
      }
    }
  });
}

}  // namespace handful
