#include "search/center_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "runtime/aligned.h"
#include "search/exact_distance.h"

namespace handful {
namespace {

constexpr std::size_t kRowBlock = 24;
constexpr std::size_t kTaskRows = 8 * kRowBlock;

}  // namespace

struct CenterIndex::Scratch {
  explicit Scratch(const PackedRows& packed) : products(packed, kRowBlock), candidates(packed.width()) {}

  PackedProducts products;
  std::vector<std::uint32_t> candidates;
};

CenterIndex::CenterIndex(Context& context, const Matrix& x, const std::vector<float>& centers)
    : context_(context),
      x_(x),
      centers_(centers),
      nCenters_(centers.size() / x.columns()),
      packed_(context.kernels, x, nCenters_),
      offsets_(packed_.width(), std::numeric_limits<float>::infinity()) {
  const double toStored = 1 / x.scale();
  const std::size_t panelWidth = context.kernels.panelWidth;
  context.pool.parallelFor(packed_.width() / panelWidth, [&](std::size_t panel, unsigned) {
    std::vector<double> stored(x.columns());
    for (std::size_t j = panel * panelWidth; j < std::min(nCenters_, (panel + 1) * panelWidth); j++) {
      const float* center = centers.data() + j * x.columns();
      for (std::size_t column = 0; column < x.columns(); column++) stored[column] = center[column] * toStored;
      packed_.set(j, stored.data());
    }
  });
  for (std::size_t j = 0; j < nCenters_; j++) {
    offsets_[j] = static_cast<float>(packed_.norm(j) * packed_.norm(j));
    largestNorm_ = std::max(largestNorm_, packed_.norm(j));
    largestError_ = std::max(largestError_, packed_.error(j));
  }
}

void CenterIndex::label(const std::int32_t* rows, std::size_t count, std::int32_t* labels,
                        const char* phase) const {
  const std::size_t tasks = (count + kTaskRows - 1) / kTaskRows;
  std::vector<std::unique_ptr<Scratch>> scratches(context_.pool.threads());
  context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
    if (!scratches[worker]) scratches[worker] = std::make_unique<Scratch>(packed_);
    Scratch& scratch = *scratches[worker];
    const std::size_t end = std::min(count, (task + 1) * kTaskRows);
    for (std::size_t first = task * kTaskRows; first < end; first += kRowBlock) {
      const std::size_t blockRows = std::min(kRowBlock, end - first);
      const float* products = rows ? scratch.products.multiply(rows + first, blockRows)
                                   : scratch.products.multiply(first, blockRows);
      for (std::size_t r = 0; r < blockRows; r++, products += packed_.width()) {
        const std::size_t row = rows ? static_cast<std::size_t>(rows[first + r]) : first + r;
        labels[first + r] = labelOf(scratch, row, products);
      }
    }
    context_.job.reportFrom(worker, phase, task, tasks);
  });
}

// The score of a centre c for a row x is |c|^2 - 2 x.c: the squared distance less |x|^2, which is the same
// for all. With u = 2^-24 a score errs by at most twice the product's error, and by the rounding of |c|^2, u
// |c|^2, and of the difference, u (|c|^2 + 2 |x| |c|); the plain loop, whose order is wanted, errs too. A
// centre can be the nearest only if its score is within twice all that of the least: both may err, in
// opposite directions. If only one is, it is the nearest. Unlike nearest.cc, which needs one bound for many
// rows, this takes the length of the row at hand. 1.01 covers terms of order u^2, the last term products
// that underflow, as there.
std::int32_t CenterIndex::labelOf(Scratch& scratch, std::size_t row, const float* products) const {
  constexpr double u = 0x1p-24;
  std::vector<std::uint32_t>& candidates = scratch.candidates;
  const double norm = std::sqrt(x_.squaredNorms()[row]);
  std::size_t count = nCenters_;
  if (norm < kLargestNorm && largestNorm_ < kLargestNorm) {
    const double error = 2 * norm * largestError_ + 2 * u * largestNorm_ * (largestNorm_ + norm) +
                         exactDistanceError(x_.columns(), norm, largestNorm_);
    const double slack = 2.02 * error + 4 * static_cast<double>(x_.stride()) * 0x1p-126;
    float least;
    count = context_.kernels.filterMinimum(products, offsets_.data(), packed_.width(),
                                           static_cast<float>(slack), &least, candidates.data());
  } else {
    std::iota(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(nCenters_), 0u);
  }
  return count == 1 ? static_cast<std::int32_t>(candidates[0]) : decide(row, candidates.data(), count);
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
