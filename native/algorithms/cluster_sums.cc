#include "cluster_sums.h"

#include <algorithm>
#include <numeric>

#include "float64.h"

namespace handful {
namespace {

/// A task sums some columns of all rows, in their order: the same bits for any number of threads.
constexpr std::size_t kTaskColumns = 8 * kColumnBlock;
/// 255 times so many bytes fit a sum of 31 bits.
constexpr std::size_t kExactRows = std::size_t{1} << 23;

/// The rows to be summed, and by which cluster.
struct LabelledRows {
  const Matrix& x;
  const std::int32_t* rows;
  std::size_t count;
  const std::int32_t* labels;

  std::size_t row(std::size_t i) const { return rows ? static_cast<std::size_t>(rows[i]) : i; }
  std::size_t label(std::size_t i) const { return static_cast<std::size_t>(labels[i]); }
};

/// Columns begin … begin + width - 1 of matrices of the stride of x.
struct Columns {
  std::size_t begin, width;
};

/// sums: nClusters x columns.width, as stored.
void sumBytes(const Kernels& kernels, const LabelledRows& labelled, Columns columns,
              std::vector<double>& sums) {
  std::vector<std::int32_t> part(sums.size());
  for (std::size_t first = 0; first < labelled.count; first += kExactRows) {
    const std::size_t end = std::min(labelled.count, first + kExactRows);
    std::fill(part.begin(), part.end(), 0);
    for (std::size_t i = first; i < end; i++) {
      kernels.addBytes(labelled.x.byteRow(labelled.row(i)) + columns.begin,
                       part.data() + labelled.label(i) * columns.width, columns.width);
    }
    for (std::size_t i = 0; i < sums.size(); i++) sums[i] += part[i];
  }
}

void sumFloats(const LabelledRows& labelled, Columns columns, std::vector<double>& sums) {
  for (std::size_t i = 0; i < labelled.count; i++) {
    const float* from = labelled.x.floatRow(labelled.row(i)) + columns.begin;
    double* to = sums.data() + labelled.label(i) * columns.width;
    for (std::size_t column = 0; column < columns.width; column++) to[column] += from[column];
  }
}

}  // namespace

ClusterSums sumClusters(Context& context, const Matrix& x, const std::int32_t* rows, std::size_t count,
                        const std::int32_t* labels, std::size_t nClusters) {
  const LabelledRows labelled{x, rows, count, labels};
  ClusterSums result;
  result.sums.resize(nClusters * x.columns());
  result.counts.resize(nClusters);
  for (std::size_t i = 0; i < count; i++) {
    result.counts[labelled.label(i)] += 1;
    result.squaredNorms += x.squaredNorms()[labelled.row(i)];
  }
  result.squaredNorms *= x.scale() * x.scale();

  const std::size_t tasks = (x.stride() + kTaskColumns - 1) / kTaskColumns;
  context.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
    context.job.throwIfCancelled();
    const std::size_t begin = task * kTaskColumns;
    const Columns columns{begin, std::min(x.stride() - begin, kTaskColumns)};
    std::vector<double> sums(nClusters * columns.width);
    if (x.isBytes()) {
      sumBytes(context.kernels, labelled, columns, sums);
    } else {
      sumFloats(labelled, columns, sums);
    }
    // The columns that only fill up a row are left out.
    const std::size_t width = std::min(columns.width, x.columns() - begin);
    for (std::size_t cluster = 0; cluster < nClusters; cluster++) {
      for (std::size_t column = 0; column < width; column++) {
        result.sums[cluster * x.columns() + begin + column] =
            x.scale() * sums[cluster * columns.width + column];
      }
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
