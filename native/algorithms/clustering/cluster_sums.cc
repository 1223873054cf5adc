#include "clustering/cluster_sums.h"

#include <algorithm>
#include <numeric>

#include "linalg/float64.h"

namespace handful {
namespace {

/// A task sums so many columns of one cluster's rows: its sums stay in the first-level cache.
constexpr std::size_t kTaskColumns = 256;
/// 255 times so many bytes fit a sum of 31 bits.
constexpr std::size_t kExactRows = std::size_t{1} << 23;

/// Rows of a matrix sorted by cluster, those of one cluster in the order given.
struct RowsByCluster {
  /// Cluster c has rows[begin[c]] … rows[begin[c + 1] - 1].
  std::vector<std::size_t> begin;
  std::vector<std::size_t> rows;

  RowsByCluster(const std::int32_t* chosen, std::size_t count, const std::int32_t* labels,
                std::size_t nClusters)
      : begin(nClusters + 1), rows(count) {
    for (std::size_t i = 0; i < count; i++) begin[static_cast<std::size_t>(labels[i]) + 1]++;
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t i = 0; i < count; i++) {
      rows[next[static_cast<std::size_t>(labels[i])]++] = chosen ? static_cast<std::size_t>(chosen[i]) : i;
    }
  }
};

/// Columns begin … begin + width - 1 of rows of bytes, as stored, added to sums.
void sumBytes(const Kernels& kernels, const Matrix& x, const std::size_t* rows, std::size_t count,
              std::size_t begin, std::size_t width, double* sums) {
  std::int32_t part[kTaskColumns];
  for (std::size_t first = 0; first < count; first += kExactRows) {
    std::fill_n(part, width, 0);
    for (std::size_t i = first; i < std::min(count, first + kExactRows); i++) {
      kernels.addBytes(x.byteRow(rows[i]) + begin, part, width);
    }
    for (std::size_t column = 0; column < width; column++) sums[column] += part[column];
  }
}

/// The same of floats.
void sumFloats(const Matrix& x, const std::size_t* rows, std::size_t count, std::size_t begin,
               std::size_t width, double* sums) {
  for (std::size_t i = 0; i < count; i++) {
    const float* from = x.floatRow(rows[i]) + begin;
    for (std::size_t column = 0; column < width; column++) sums[column] += from[column];
  }
}

}  // namespace

ClusterSums sumClusters(Context& context, const Matrix& x, const std::int32_t* rows, std::size_t count,
                        const std::int32_t* labels, std::size_t nClusters) {
  const RowsByCluster sorted(rows, count, labels, nClusters);
  ClusterSums result;
  result.sums.resize(nClusters * x.columns());
  result.counts.resize(nClusters);
  for (std::size_t i = 0; i < count; i++) {
    result.squaredNorms += x.squaredNorms()[rows ? static_cast<std::size_t>(rows[i]) : i];
  }
  result.squaredNorms *= x.scale() * x.scale();
  for (std::size_t cluster = 0; cluster < nClusters; cluster++) {
    result.counts[cluster] = static_cast<double>(sorted.begin[cluster + 1] - sorted.begin[cluster]);
  }

  const std::size_t slices = (x.stride() + kTaskColumns - 1) / kTaskColumns;
  context.pool.parallelFor(nClusters * slices, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    const std::size_t cluster = task / slices, begin = task % slices * kTaskColumns;
    const std::size_t width = std::min(x.stride() - begin, kTaskColumns);
    const std::size_t* own = sorted.rows.data() + sorted.begin[cluster];
    const std::size_t size = sorted.begin[cluster + 1] - sorted.begin[cluster];
    double sums[kTaskColumns] = {};
    if (x.isBytes()) {
      sumBytes(context.kernels, x, own, size, begin, width, sums);
    } else {
      sumFloats(x, own, size, begin, width, sums);
    }
    // The columns that only fill up a row are left out.
    for (std::size_t column = 0; column < std::min(width, x.columns() - begin); column++) {
      result.sums[cluster * x.columns() + begin + column] = x.scale() * sums[column];
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
  // Rounding can leave a little less than zero where every row lies on its centre.
  return std::max(0.0, total);
}

double inertiaOf(Context& context, const Matrix& x, const std::vector<std::int32_t>& labels,
                 const std::vector<float>& centers) {
  const std::size_t columns = x.columns();
  if (x.isBytes()) {
    const std::size_t nClusters = centers.size() / columns;
    return sumClusters(context, x, nullptr, x.rows(), labels.data(), nClusters).inertia(centers);
  }
  constexpr std::size_t kTaskRows = 512;
  std::vector<double> parts((x.rows() + kTaskRows - 1) / kTaskRows);
  context.pool.parallelFor(parts.size(), [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    for (std::size_t row = task * kTaskRows; row < std::min(x.rows(), (task + 1) * kTaskRows); row++) {
      const float* center = centers.data() + static_cast<std::size_t>(labels[row]) * columns;
      parts[task] += squaredDistance(x.floatRow(row), x.scale(), center, columns);
    }
  });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

double meanColumnVariance(Context& context, const Matrix& x) {
  const std::vector<std::int32_t> oneCluster(x.rows(), 0);
  const ClusterSums whole = sumClusters(context, x, nullptr, x.rows(), oneCluster.data(), 1);
  const double rows = static_cast<double>(x.rows());
  double squaredMean = 0;
  for (const double sum : whole.sums) squaredMean += (sum / rows) * (sum / rows);
  return std::max(0.0, whole.squaredNorms / rows - squaredMean) / static_cast<double>(x.columns());
}

}  // namespace handful
