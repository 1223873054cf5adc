#include "center_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "aligned.h"
#include "exact_distance.h"

namespace handful {
namespace {

constexpr std::size_t kRowBlock = 24;
constexpr std::size_t kTaskRows = 8 * kRowBlock;

/// Rows longer than this could overflow a float when squared.
constexpr double kLargestNorm = 1e18;

}  // namespace

struct CenterIndex::Scratch {
  Scratch(const CenterIndex& index)
      : tile(index.context_.kernels, index.x_, kRowBlock),
        products(kRowBlock * index.panels_.width()),
        candidates(index.panels_.width()) {}

  RowTile tile;
  AlignedVector<float> products;
  std::vector<std::uint32_t> candidates;
};

CenterIndex::CenterIndex(Context& context, const Matrix& x, const std::vector<float>& centers)
    : context_(context),
      x_(x),
      centers_(centers),
      nCenters_(centers.size() / x.columns()),
      panels_(context.kernels, nCenters_, x.stride()),
      offsets_(panels_.width(), std::numeric_limits<float>::infinity()) {
  AlignedVector<float> stored(x.stride(), 0.0f);
  for (std::size_t j = 0; j < nCenters_; j++) {
    double squaredNorm = 0;
    for (std::size_t column = 0; column < x.columns(); column++) {
      const double value = centers[j * x.columns() + column] / x.scale();
      stored[column] = static_cast<float>(value);
      squaredNorm += value * value;
    }
    panels_.set(j, stored.data());
    offsets_[j] = static_cast<float>(squaredNorm);
    largestNorm_ = std::max(largestNorm_, std::sqrt(squaredNorm));
  }
}

void CenterIndex::label(const std::int32_t* rows, std::size_t count, std::int32_t* labels,
                        const char* phase) const {
  const std::size_t tasks = (count + kTaskRows - 1) / kTaskRows;
  std::vector<std::unique_ptr<Scratch>> scratches(context_.pool.threads());
  x_.squaredNorms();
  context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    if (!scratches[worker]) scratches[worker] = std::make_unique<Scratch>(*this);
    Scratch& scratch = *scratches[worker];
    const std::size_t end = std::min(count, (task + 1) * kTaskRows);
    for (std::size_t first = task * kTaskRows; first < end; first += kRowBlock) {
      const std::size_t blockRows = std::min(kRowBlock, end - first);
      const float* tile =
          rows ? scratch.tile.rows(rows + first, blockRows) : scratch.tile.rows(first, blockRows);
      labelBlock(scratch, tile, rows, first, blockRows, labels);
    }
    context_.job.reportFrom(worker, phase, task, tasks);
  });
}

// The score of a centre c for a row x is |c|^2 - 2 x.c: the squared distance less |x|^2, which is the same
// for all. With u = 2^-24 and C the largest length of a centre, a score errs by at most 2 (e + 2 u) |x| C + 2
// u C^2, where e is Panels::relativeError(): the product and the centre's conversion to the units of x err by
// (e + u) |x| C, |c|^2 and the difference are each rounded once. A centre can be the nearest only if its
// score is within twice that of the least; 1.01 covers terms of order u^2, the last term products that
// underflow. If only one is, it is the nearest.
void CenterIndex::labelBlock(Scratch& scratch, const float* tile, const std::int32_t* rows, std::size_t first,
                             std::size_t count, std::int32_t* labels) const {
  constexpr double u = 0x1p-24;
  const std::size_t width = panels_.width();
  panels_.multiply(tile, scratch.tile.stride(), count, scratch.products.data());
  for (std::size_t r = 0; r < count; r++) {
    const std::size_t row = rows ? static_cast<std::size_t>(rows[first + r]) : first + r;
    const double norm = std::sqrt(x_.squaredNorms()[row]);
    std::size_t candidates = 0;
    if (norm < kLargestNorm && largestNorm_ < kLargestNorm) {
      const double error =
          2 * (panels_.relativeError() + 2 * u) * norm * largestNorm_ + 2 * u * largestNorm_ * largestNorm_;
      const double slack = 2.02 * error + 4 * static_cast<double>(x_.stride()) * 0x1p-126;
      float least;
      candidates =
          context_.kernels.screenMinimum(scratch.products.data() + r * width, offsets_.data(), width,
                                         static_cast<float>(slack), &least, scratch.candidates.data());
    } else {
      candidates = nCenters_;
      std::iota(scratch.candidates.begin(),
                scratch.candidates.begin() + static_cast<std::ptrdiff_t>(nCenters_), 0u);
    }
    labels[first + r] = candidates == 1 ? static_cast<std::int32_t>(scratch.candidates[0])
                                        : decide(row, scratch.candidates.data(), candidates);
  }
}

std::int32_t CenterIndex::decide(std::size_t row, const std::uint32_t* candidates, std::size_t count) const {
  double least = std::numeric_limits<double>::infinity();
  std::uint32_t nearest = candidates[0];
  for (std::size_t i = 0; i < count; i++) {
    const float* center = centers_.data() + candidates[i] * x_.columns();
    const double distance = exactSquaredDistance(x_, row, center);
    if (distance < least) {
      least = distance;
      nearest = candidates[i];
    }
  }
  return static_cast<std::int32_t>(nearest);
}

}  // namespace handful
