#include "cluster_sums.h"

#include <algorithm>

namespace handful {
namespace {

/// A task sums some columns of all rows, in their order: the same bits for any number of threads.
constexpr std::size_t kTaskColumns = 64;
/// 255 times so many bytes fit 32 bits.
constexpr std::size_t kExactRows = std::size_t{1} << 24;

/// Adds columns begin … end of each row to its cluster's sum; Sum is exact for sums of Element or float64.
template <typename Sum, typename Element, typename RowOf>
void addColumns(RowOf rowOf, std::size_t firstRow, std::size_t lastRow, const std::int32_t* labels,
                std::size_t begin, std::size_t end, double scale, std::size_t columns, std::vector<Sum>& part,
                std::vector<double>& sums) {
  const std::size_t width = end - begin, nClusters = sums.size() / columns;
  part.assign(nClusters * width, Sum{0});
  for (std::size_t i = firstRow; i < lastRow; i++) {
    const Element* from = rowOf(i) + begin;
    Sum* to = part.data() + static_cast<std::size_t>(labels[i]) * width;
    for (std::size_t column = 0; column < width; column++) to[column] += from[column];
  }
  for (std::size_t cluster = 0; cluster < nClusters; cluster++) {
    for (std::size_t column = 0; column < width; column++) {
      sums[cluster * columns + begin + column] += scale * static_cast<double>(part[cluster * width + column]);
    }
  }
}

}  // namespace

ClusterSums sumClusters(Context& context, const Matrix& x, const std::int32_t* rows, std::size_t count,
                        const std::int32_t* labels, std::size_t nClusters) {
  const std::size_t columns = x.columns();
  const auto rowNumber = [rows](std::size_t i) { return rows ? static_cast<std::size_t>(rows[i]) : i; };
  ClusterSums result;
  result.sums.assign(nClusters * columns, 0.0);
  result.counts.assign(nClusters, 0.0);
  for (std::size_t i = 0; i < count; i++) {
    result.counts[static_cast<std::size_t>(labels[i])] += 1;
    result.squaredNorms += x.squaredNorms()[rowNumber(i)];
  }
  result.squaredNorms *= x.scale() * x.scale();

  const std::size_t tasks = (columns + kTaskColumns - 1) / kTaskColumns;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    const std::size_t begin = task * kTaskColumns, end = std::min(columns, begin + kTaskColumns);
    if (x.isBytes()) {
      std::vector<std::uint32_t> part;
      for (std::size_t first = 0; first < count; first += kExactRows) {
        addColumns<std::uint32_t, std::uint8_t>([&](std::size_t i) { return x.byteRow(rowNumber(i)); }, first,
                                                std::min(count, first + kExactRows), labels, begin, end,
                                                x.scale(), columns, part, result.sums);
      }
    } else {
      std::vector<double> part;
      addColumns<double, float>([&](std::size_t i) { return x.floatRow(rowNumber(i)); }, 0, count, labels,
                                begin, end, x.scale(), columns, part, result.sums);
    }
  });
  return result;
}

double ClusterSums::inertia(const std::vector<float>& centers) const {
  const std::size_t columns = sums.size() / counts.size();
  double total = squaredNorms;
  for (std::size_t cluster = 0; cluster < counts.size(); cluster++) {
    const float* center = centers.data() + cluster * columns;
    const double* sum = sums.data() + cluster * columns;
    double product = 0, squaredNorm = 0;
    for (std::size_t column = 0; column < columns; column++) {
      const double value = center[column];
      product += value * sum[column];
      squaredNorm += value * value;
    }
    total += counts[cluster] * squaredNorm - 2 * product;
  }
  // Rounding can leave a trifle below zero where every row lies on its centre.
  return std::max(0.0, total);
}

}  // namespace handful
