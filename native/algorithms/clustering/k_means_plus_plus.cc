#include "clustering/k_means_plus_plus.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>

#include "linalg/panels.h"
#include "matrix/row_tile.h"
#include "search/exact_distance.h"

namespace handful {
namespace {

/// Rows that distances are computed of at once: whole panels on every instruction set.
constexpr std::size_t kBlock = 32;
constexpr std::size_t kTaskRows = 8 * kBlock;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Memory that rows may be packed into, in bytes.
constexpr std::size_t kLargestPack = std::size_t{1} << 28;

/// Squared distances of a few candidates, rows of x themselves, to all rows of x, in units of x.unit() as it
/// is stored: exact for bytes, whose distances are integers; for floats see the kernel squaredDistances.
///
/// Every centre brings other candidates to the same rows. So where integers pay, all rows are packed,
/// once, to be multiplied with the few: |x|^2 - 2 x.c + |c|^2 without a rounding. They are packed as bytes
/// where the processor multiplies those, else as int16.
class CandidateDistances {
 public:
  CandidateDistances(Context& context, const Matrix& x, std::size_t trials)
      : context_(context), x_(x), candidateTile_(context.kernels, x, trials, x.unit()) {
    const std::size_t stride = x.stride();
    // A product of two rows must fit 32 bits.
    if (!x.isBytes() || stride > 0x7fffffff / (255 * 255)) return;
    if (!context.kernels.int16IsFaster && !context.kernels.multiplyBytes) return;
    if (x.rows() * stride * sizeof(std::int16_t) > kLargestPack) return;
    if (context.kernels.multiplyBytes) {
      bytePanels_ = pack<Panels<std::int8_t>>([](std::uint8_t byte) { return byte - kByteShift; });
    } else {
      int16Panels_ = pack<Panels<std::int16_t>>([](std::uint8_t byte) { return byte; });
    }
  }

  /// The rows that distances are computed to from now on.
  void choose(const std::vector<std::int32_t>& candidates) {
    candidates_ = candidates;
    if (bytePanels_) {
      bytes_ = candidateTile_.bytes(candidates.data(), candidates.size());
    } else if (int16Panels_) {
      int16s_ = candidateTile_.int16(candidates.data(), candidates.size());
    } else {
      floats_ = candidateTile_.floats(candidates.data(), candidates.size());
    }
  }

  /// What a worker needs for itself.
  struct Scratch {
    Scratch(const Kernels& kernels, const Matrix& x, std::size_t trials)
        : tile(kernels, x, kBlock, x.unit()), products(trials * kBlock) {}
    RowTile tile;
    std::vector<std::int32_t> products;
  };

  /// out[c * kBlock + i]: from candidate c to row first + i, for i < count <= kBlock; first is a multiple of
  /// kBlock. One that isAccurate denies is to be replaced by the exact one.
  void compute(Scratch& scratch, std::size_t first, std::size_t count, double* out) const {
    const Kernels& kernels = context_.kernels;
    const std::size_t stride = x_.stride();
    if (!bytePanels_ && !int16Panels_) {
      kernels.squaredDistances(floats_, stride, candidates_.size(), scratch.tile.floats(first, count), stride,
                               count, stride, out, kBlock);
      return;
    }
    const std::size_t width = roundedUp(count, kernels.panelWidth);
    if (bytePanels_) {
      multiplySliced(kernels, LeftRows<std::uint8_t>{bytes_, stride}, candidates_.size(), *bytePanels_, first,
                     width, stride, scratch.products.data(), kBlock);
    } else {
      multiplySliced(kernels, LeftRows<std::int16_t>{int16s_, stride}, candidates_.size(), *int16Panels_,
                     first, width, stride, scratch.products.data(), kBlock);
    }
    const double* norms = x_.squaredNorms().data();
    for (std::size_t c = 0; c < candidates_.size(); c++) {
      const std::size_t candidate = static_cast<std::size_t>(candidates_[c]);
      const std::int32_t shift = bytePanels_ ? kByteShift * x_.byteSums()[candidate] : 0;
      for (std::size_t i = 0; i < count; i++) {
        const double product = scratch.products[c * kBlock + i] + shift;
        out[c * kBlock + i] = norms[candidate] + norms[first + i] - 2 * product;
      }
    }
  }

  bool isAccurate(double distance) const { return x_.isBytes() || floatsHold(distance); }

  /// From candidate c to a row, by the plain loop.
  double exact(std::size_t c, std::size_t row) const {
    const double unit = x_.unit() * x_.scale();
    return exactSquaredDistance(x_, static_cast<std::size_t>(candidates_[c]), x_, row) / (unit * unit);
  }

 private:
  /// All rows in panels, each byte made an element by elementOf.
  template <typename Panels, typename ElementOf>
  std::unique_ptr<Panels> pack(const ElementOf& elementOf) const {
    auto panels = std::make_unique<Panels>(context_.kernels, x_.rows(), x_.stride());
    const std::size_t tasks = (x_.rows() + kTaskRows - 1) / kTaskRows;
    context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
      for (std::size_t row = task * kTaskRows; row < std::min(x_.rows(), (task + 1) * kTaskRows); row++) {
        const std::uint8_t* bytes = x_.byteRow(row);
        panels->set(row, x_.columns(), [&](std::size_t column) { return elementOf(bytes[column]); });
      }
    });
    return panels;
  }

  Context& context_;
  const Matrix& x_;
  RowTile candidateTile_;
  std::unique_ptr<Panels<std::int8_t>> bytePanels_;
  std::unique_ptr<Panels<std::int16_t>> int16Panels_;
  std::vector<std::int32_t> candidates_;
  const std::uint8_t* bytes_ = nullptr;
  const std::int16_t* int16s_ = nullptr;
  const float* floats_ = nullptr;
};

}  // namespace

// Arthur & Vassilvitskii 2007, greedy: of a few candidates drawn with probability proportional to the squared
// distance to the nearest centre so far, the one that lowers the sum of those distances most becomes the next
// centre.
KMeansPlusPlusResult kMeansPlusPlus(Context& context, const Matrix& x, const KMeansPlusPlusOptions& options,
                                    RandomState& random) {
  const std::size_t rows = x.rows(), trials = options.nLocalTrials;
  const std::size_t tasks = (rows + kTaskRows - 1) / kTaskRows;
  KMeansPlusPlusResult result;

  // closest[i]: squared distance of row i to the nearest centre so far; distances: the same if a candidate
  // joined.
  std::vector<double> closest, distances(trials * rows), runningSum(rows), potentials(trials);
  std::vector<std::vector<double>> taskPotentials(tasks, std::vector<double>(trials));
  std::vector<std::int32_t> candidates(1, static_cast<std::int32_t>(random.nextInteger(rows)));
  CandidateDistances candidateDistances(context, x, trials);
  std::vector<std::unique_ptr<CandidateDistances::Scratch>> scratches(context.pool.threads());

  const auto tryCandidates = [&] {
    candidateDistances.choose(candidates);
    context.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
      auto& scratch = scratches[worker];
      if (!scratch) scratch = std::make_unique<CandidateDistances::Scratch>(context.kernels, x, trials);
      std::vector<double> block(trials * kBlock);
      std::fill(taskPotentials[task].begin(), taskPotentials[task].end(), 0.0);
      const std::size_t end = std::min(rows, (task + 1) * kTaskRows);
      for (std::size_t first = task * kTaskRows; first < end; first += kBlock) {
        const std::size_t count = std::min(kBlock, end - first);
        candidateDistances.compute(*scratch, first, count, block.data());
        for (std::size_t trial = 0; trial < candidates.size(); trial++) {
          double* to = distances.data() + trial * rows + first;
          double potential = 0;
          for (std::size_t i = 0; i < count; i++) {
            const double before = closest.empty() ? kInfinity : closest[first + i];
            double distance = block[trial * kBlock + i];
            if (before > 0 && !candidateDistances.isAccurate(distance)) {
              distance = candidateDistances.exact(trial, first + i);
            }
            to[i] = std::min(distance, before);
            potential += to[i];
          }
          taskPotentials[task][trial] += potential;
        }
      }
    });
    std::fill(potentials.begin(), potentials.end(), 0.0);
    for (const std::vector<double>& part : taskPotentials) {
      for (std::size_t trial = 0; trial < candidates.size(); trial++) potentials[trial] += part[trial];
    }
  };

  for (std::size_t center = 0; center < options.nClusters; center++) {
    if (center > 0) {
      std::partial_sum(closest.begin(), closest.end(), runningSum.begin());
      const double potential = runningSum.back();
      candidates.resize(trials);
      for (std::int32_t& candidate : candidates) {
        const double drawn = random.nextDouble() * potential;
        const auto place = std::lower_bound(runningSum.begin(), runningSum.end(), drawn);
        candidate = static_cast<std::int32_t>(
            std::min<std::ptrdiff_t>(place - runningSum.begin(), static_cast<std::ptrdiff_t>(rows) - 1));
      }
    }
    tryCandidates();
    const auto best = std::min_element(potentials.begin(),
                                       potentials.begin() + static_cast<std::ptrdiff_t>(candidates.size())) -
                      potentials.begin();
    const auto bestDistances = distances.begin() + best * static_cast<std::ptrdiff_t>(rows);
    closest.assign(bestDistances, bestDistances + static_cast<std::ptrdiff_t>(rows));
    result.indices.push_back(candidates[static_cast<std::size_t>(best)]);
    context.job.report("k-means++", static_cast<double>(center + 1), static_cast<double>(options.nClusters));
  }
  result.centers = x.valuesOf(result.indices);
  return result;
}

}  // namespace handful
