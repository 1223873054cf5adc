#include "linalg/gram.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "linalg/panels.h"

namespace handful {
namespace {

/// Columns of sums that one task computes.
constexpr std::size_t kGroup = 64;
/// Rows of sums that stay in the first-level cache while a chunk goes by.
constexpr std::size_t kTileRows = 24;
/// Up to this order there are too few groups for all threads: chunks are shared out instead.
constexpr std::size_t kSmallOrder = 4 * kGroup;
/// Parts that such chunks are shared out to, whatever the number of threads.
constexpr std::size_t kParts = 16;

/// Elements of a series that are summed up before they are added in doubles.
template <typename Real>
constexpr std::size_t kChunk = std::is_same_v<Real, float> ? 1024 : 512;

/// Sums a chunk of the products at a time. The things multiplied (columns, or rows) are called series, what
/// is summed over the depth. A chunk is held twice: series by series for the left side of the products, and
/// in panels for the right.
template <typename Real>
class GramSum {
 public:
  GramSum(const Kernels& kernels, const ScaledRows& z, GramOf of)
      : kernels_(kernels),
        z_(z),
        of_(of),
        order_(of == GramOf::kColumns ? z.columns() : z.rows()),
        depth_(of == GramOf::kColumns ? z.rows() : z.columns()),
        series_(groups() * kGroup * kStride),
        panels_(kernels, groups() * kGroup, kDepth) {}

  std::size_t order() const { return order_; }
  std::size_t groups() const { return (order_ + kGroup - 1) / kGroup; }
  std::size_t chunks() const { return (depth_ + kDepth - 1) / kDepth; }

  /// Takes in one group's part of a chunk.
  void fill(std::size_t chunk, std::size_t group) {
    const std::size_t begin = chunk * kDepth, count = std::min(kDepth, depth_ - begin);
    const std::size_t first = group * kGroup, held = std::min(kGroup, order_ - first);
    Real* series = series_.data() + first * kStride;
    std::fill_n(series + held * kStride, (kGroup - held) * kStride, Real{0});
    if (of_ == GramOf::kRows) {
      for (std::size_t i = 0; i < held; i++) z_.copy(first + i, begin, count, series + i * kStride);
    } else {
      // A few rows at a time, so that whole cache lines are turned over.
      constexpr std::size_t kTurned = 16;
      Real rows[kTurned][kGroup];
      for (std::size_t d = 0; d < count; d += kTurned) {
        const std::size_t turned = std::min(kTurned, count - d);
        for (std::size_t r = 0; r < turned; r++) z_.copy(begin + d + r, first, held, rows[r]);
        for (std::size_t i = 0; i < held; i++) {
          for (std::size_t r = 0; r < turned; r++) series[i * kStride + d + r] = rows[r][i];
        }
      }
    }
    for (std::size_t i = 0; i < kGroup; i++) {
      panels_.set(first + i, count, [&](std::size_t d) { return series[i * kStride + d]; });
    }
  }

  /// Adds the products of a chunk, all groups of which are filled, to one group's columns of the upper half
  /// of out.
  void add(std::size_t chunk, std::size_t group, double* out) {
    const std::size_t count = std::min(kDepth, depth_ - chunk * kDepth);
    const std::size_t first = group * kGroup, held = std::min(kGroup, order_ - first);
    AlignedVector<Real> tile(kTileRows * kGroup);
    for (std::size_t row = 0; row < first + held; row += kTileRows) {
      const std::size_t rows = std::min(kTileRows, first + held - row);
      multiplySliced(kernels_, LeftRows<Real>{series_.data() + row * kStride, kStride}, rows, panels_, first,
                     kGroup, count, tile.data(), kGroup);
      for (std::size_t r = 0; r < rows; r++) {
        double* to = out + (row + r) * order_ + first;
        for (std::size_t j = 0; j < held; j++) to[j] += tile[r * kGroup + j];
      }
    }
  }

 private:
  static constexpr std::size_t kDepth = kChunk<Real>;
  /// Not a power of two, so that rows of a tile don't compete for the same places in the cache.
  static constexpr std::size_t kStride = kDepth + kColumnBlock;

  const Kernels& kernels_;
  const ScaledRows& z_;
  const GramOf of_;
  const std::size_t order_, depth_;
  AlignedVector<Real> series_;
  Panels<Real> panels_;
};

/// Few series: each part sums some of the chunks, then the parts are added in order.
template <typename Real>
void sumByParts(Context& context, const ScaledRows& z, GramOf of, std::size_t chunks,
                AlignedVector<double>& out) {
  const std::size_t parts = std::min(chunks, kParts);
  std::vector<AlignedVector<double>> sums(parts);
  context.pool.parallelFor(parts, [&](std::size_t part, unsigned worker) {
    sums[part].assign(out.size(), 0.0);
    GramSum<Real> sum(context.kernels, z, of);
    for (std::size_t chunk = part * chunks / parts; chunk < (part + 1) * chunks / parts; chunk++) {
      context.job.reportFrom(worker, "covariance", part, parts);
      for (std::size_t group = 0; group < sum.groups(); group++) sum.fill(chunk, group);
      for (std::size_t group = 0; group < sum.groups(); group++) sum.add(chunk, group, sums[part].data());
    }
  });
  for (const AlignedVector<double>& part : sums) {
    for (std::size_t i = 0; i < out.size(); i++) out[i] += part[i];
  }
}

/// Many series: all threads work on one chunk after the other.
template <typename Real>
void sumByGroups(Context& context, GramSum<Real>& sum, AlignedVector<double>& out) {
  for (std::size_t chunk = 0; chunk < sum.chunks(); chunk++) {
    context.job.report("covariance", static_cast<double>(chunk), static_cast<double>(sum.chunks()));
    context.pool.parallelFor(sum.groups(), [&](std::size_t group, unsigned) { sum.fill(chunk, group); });
    // The last groups have the most rows above them: they come first, so that threads end together.
    context.pool.parallelFor(sum.groups(), [&](std::size_t task, unsigned) {
      context.job.throwIfCancelled();
      sum.add(chunk, sum.groups() - 1 - task, out.data());
    });
  }
}

/// Copies the upper half to the lower.
void mirror(Context& context, std::size_t order, double* values) {
  context.pool.parallelFor((order + kGroup - 1) / kGroup, [&](std::size_t group, unsigned) {
    const std::size_t begin = group * kGroup, end = std::min(order, begin + kGroup);
    for (std::size_t first = 0; first < end; first += kGroup) {
      for (std::size_t i = begin; i < end; i++) {
        for (std::size_t j = first; j < std::min(i, first + kGroup); j++) {
          values[i * order + j] = values[j * order + i];
        }
      }
    }
  });
}

template <typename Real>
AlignedVector<double> gramIn(Context& context, const ScaledRows& z, GramOf of) {
  const std::size_t order = of == GramOf::kColumns ? z.columns() : z.rows();
  AlignedVector<double> out(order * order, 0.0);
  if (order <= kSmallOrder) {
    const std::size_t depth = of == GramOf::kColumns ? z.rows() : z.columns();
    const std::size_t chunks = (depth + kChunk<Real> - 1) / kChunk<Real>;
    sumByParts<Real>(context, z, of, chunks, out);
  } else {
    GramSum<Real> sum(context.kernels, z, of);
    sumByGroups(context, sum, out);
  }
  mirror(context, order, out.data());
  return out;
}

}  // namespace

AlignedVector<double> gram(Context& context, const ScaledRows& z, GramOf of, GramPrecision precision) {
  return precision == GramPrecision::kFloat ? gramIn<float>(context, z, of) : gramIn<double>(context, z, of);
}

}  // namespace handful
