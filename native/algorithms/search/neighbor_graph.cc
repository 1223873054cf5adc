#include "search/neighbor_graph.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>

#include "linalg/panels.h"
#include "search/exact_distance.h"
#include "search/quantized_rows.h"

namespace handful {
namespace {

/// Rows of a block, whose products with a tile of rows stay in the second-level cache.
constexpr std::size_t kBlockRows = 192;
/// Rows that a block is multiplied with at once; whole tiles make a block.
constexpr std::size_t kTileRows = 48;
/// Blocks that one task multiplies with its own.
constexpr std::size_t kTaskBlocks = 64;
/// Candidates that a row has room for beyond twice those it needs: how rarely they are sifted.
constexpr std::size_t kSpareCandidates = 32;

/// Where rows are moved by more than this share of a common length, a few that lie far out have made the grid
/// too coarse for the others.
constexpr double kLargestShare = 1.0 / 64;

/// No limit: any number is below, infinity is not.
constexpr float kNoLimit = std::numeric_limits<float>::max();

/// A row that may be among the nearest of a query. Its score is half the squared distance of their points on
/// the grid, less half the squared length of the query, which is the same for all rows: |c|^2 / 2 - q.c.
struct Candidate {
  float score;
  std::int32_t row;
};

/// A candidate and the query that it is one for.
struct Offer {
  std::size_t query;
  Candidate candidate;
};

/// The search: every pair of rows is looked at once, for both of them.
///
/// Pairs are filtered by their points on a grid (QuantizedRows), between which distances are exact. Each row
/// keeps those candidates that may be among its k nearest, and a limit on the score of further ones. In the
/// end they are decided by their exact distances. Which candidates are kept meanwhile depends on the order in
/// which threads get to them; that the k nearest are among them does not, so neither does the answer.
class GraphSearch {
 public:
  GraphSearch(Context& context, const Matrix& x, const QuantizedRows& quantized, std::size_t k)
      : context_(context),
        x_(x),
        quantized_(quantized),
        k_(k),
        room_(2 * k + kSpareCandidates),
        blocks_((x.rows() + kBlockRows - 1) / kBlockRows),
        rounding_(0x1p-20 * quantized.largestLength() * quantized.largestLength()),
        candidates_(x.rows() * room_),
        counts_(x.rows(), 0),
        limits_(x.rows()),
        lastRows_(x.rows(), std::numeric_limits<std::int32_t>::max()),
        mutexes_(blocks_) {
    for (std::atomic<float>& limit : limits_) limit.store(kNoLimit, std::memory_order_relaxed);
  }

  Neighbors run() {
    filter();
    Neighbors neighbors;
    neighbors.indices.resize(x_.rows() * k_);
    neighbors.distances.resize(x_.rows() * k_);
    context_.pool.parallelFor(blocks_, [&](std::size_t block, unsigned) {
      context_.job.throwIfCancelled();
      for (std::size_t row = block * kBlockRows; row < endOf(block); row++) {
        sift(row);
        const std::vector<Decided> nearest = decide(row);
        for (std::size_t i = 0; i < k_; i++) {
          neighbors.indices[row * k_ + i] = nearest[i].candidate.row;
          neighbors.distances[row * k_ + i] = std::sqrt(nearest[i].squaredDistance);
        }
      }
    });
    return neighbors;
  }

 private:
  /// A candidate with its exact squared distance.
  struct Decided {
    double squaredDistance;
    Candidate candidate;
    bool operator<(const Decided& other) const {
      return squaredDistance < other.squaredDistance ||
             (squaredDistance == other.squaredDistance && candidate.row < other.candidate.row);
    }
  };

  std::size_t endOf(std::size_t block) const { return std::min(x_.rows(), (block + 1) * kBlockRows); }

  /// Shares out the blocks of pairs: a block of rows and some of the blocks from it on.
  void filter() {
    std::vector<std::pair<std::size_t, std::size_t>> tasks;
    for (std::size_t block = 0; block < blocks_; block++) {
      for (std::size_t first = block; first < blocks_; first += kTaskBlocks) tasks.emplace_back(block, first);
    }
    std::atomic<std::size_t> done{0};
    context_.pool.parallelFor(tasks.size(), [&](std::size_t task, unsigned worker) {
      filterBlocks(tasks[task].first, tasks[task].second,
                   std::min(blocks_, tasks[task].second + kTaskBlocks));
      context_.job.reportFrom(worker, "search", ++done, tasks.size());
    });
  }

  /// Filters the pairs of a row of the block `columns` and a later row of the blocks from `first` to `end`
  /// - 1.
  void filterBlocks(std::size_t columns, std::size_t first, std::size_t end) {
    const std::size_t begin = columns * kBlockRows, count = endOf(columns) - begin;
    Panels<std::int16_t> panels(context_.kernels, count, quantized_.stride());
    const std::size_t width = roundedUp(count, panels.width());
    // The places that fill up the last panel never pass.
    std::vector<float> halves(width, std::numeric_limits<float>::infinity());
    std::vector<float> limits(width, -std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < count; i++) {
      const std::int16_t* const row = quantized_.row(begin + i);
      panels.set(i, x_.columns(), [row](std::size_t column) { return row[column]; });
      halves[i] = quantized_.halves()[begin + i];
    }
    AlignedVector<std::int32_t> products(kTileRows * width);
    std::vector<std::uint32_t> passing(width);
    std::vector<Offer> toColumns, toRows;
    for (std::size_t block = first; block < end; block++) {
      for (std::size_t tile = block * kBlockRows; tile < endOf(block); tile += kTileRows) {
        const std::size_t rows = std::min(kTileRows, endOf(block) - tile);
        multiplySliced(context_.kernels, LeftRows<std::int16_t>{quantized_.row(tile), quantized_.stride()},
                       rows, panels, 0, width, quantized_.stride(), products.data(), width);
        for (std::size_t i = 0; i < count; i++) limits[i] = limitOf(begin + i);
        for (std::size_t row = tile; row < tile + rows; row++) {
          const std::int32_t* const rowProducts = products.data() + (row - tile) * width;
          const float half = quantized_.halves()[row], limit = limitOf(row);
          const std::size_t found = context_.kernels.filterPairs(rowProducts, halves.data(), limits.data(),
                                                                 width, half, limit, passing.data());
          for (std::size_t p = 0; p < found; p++) {
            const std::size_t i = passing[p], column = begin + i;
            if (column >= row) continue;
            const float product = static_cast<float>(rowProducts[i]);
            if (product >= half - limits[i]) {
              toColumns.push_back({column, {half - product, static_cast<std::int32_t>(row)}});
            }
            if (product >= halves[i] - limit) {
              toRows.push_back({row, {halves[i] - product, static_cast<std::int32_t>(column)}});
            }
          }
        }
        take(columns, toColumns);
        take(block, toRows);
      }
    }
  }

  float limitOf(std::size_t row) const { return limits_[row].load(std::memory_order_relaxed); }

  /// Takes in the offers to the rows of one block, and empties the list.
  void take(std::size_t block, std::vector<Offer>& offers) {
    if (offers.empty()) return;
    const std::lock_guard<std::mutex> lock(mutexes_[block]);
    for (const Offer& offer : offers) {
      const std::size_t query = offer.query;
      if (offer.candidate.score > limitOf(query) || offer.candidate.row > lastRows_[query]) continue;
      candidates_[query * room_ + counts_[query]++] = offer.candidate;
      if (counts_[query] == room_) sift(query);
    }
    offers.clear();
  }

  /// Lets go of the candidates that can't be among the k nearest any more, and lowers the limit.
  void sift(std::size_t query) {
    if (counts_[query] < k_) return;
    Candidate* const begin = candidates_.data() + query * room_;
    const auto byScore = [](const Candidate& a, const Candidate& b) { return a.score < b.score; };
    std::nth_element(begin, begin + k_ - 1, begin + counts_[query], byScore);
    const float limit = limitBeyond(query, begin[k_ - 1].score);
    limits_[query].store(limit, std::memory_order_relaxed);
    Candidate* const end = std::partition(begin, begin + counts_[query], [limit](const Candidate& candidate) {
      return candidate.score <= limit;
    });
    counts_[query] = static_cast<std::uint32_t>(end - begin);
    if (counts_[query] > k_ + (room_ - k_) / 2) siftExactly(query);
  }

  /// Where the grid can't tell enough of them apart: keeps the k nearest by their exact distances.
  void siftExactly(std::size_t query) {
    const std::vector<Decided> nearest = decide(query);
    float largest = -kNoLimit;
    for (std::size_t i = 0; i < k_; i++) {
      candidates_[query * room_ + i] = nearest[i].candidate;
      largest = std::max(largest, nearest[i].candidate.score);
    }
    counts_[query] = static_cast<std::uint32_t>(k_);
    limits_[query].store(limitBeyond(query, largest), std::memory_order_relaxed);
    // Nothing is nearer than a duplicate: only one of a lower row can take its place.
    if (nearest[k_ - 1].squaredDistance == 0) lastRows_[query] = nearest[k_ - 1].candidate.row;
  }

  /// The largest score that a row can have which is as near as k candidates, of which this is the largest
  /// score.
  ///
  /// On the grid those candidates are at most D away, so really at most D + m + M, where m is the query's
  /// move and M the largest of all; on the grid again that is D + 2 m + 2 M at most. Scores are sums of
  /// numbers below twice the largest squared length, whose roundings to floats, here and in the filter,
  /// together stay below `rounding_`.
  float limitBeyond(std::size_t query, float score) const {
    const double half = quantized_.halves()[query];
    const double distance = std::sqrt(std::max(0.0, 2 * (score + half) + rounding_));
    const double farthest = distance + 2 * (quantized_.move(query) + quantized_.largestMove());
    return static_cast<float>(farthest * farthest / 2 - half + rounding_);
  }

  /// The candidates' exact distances, the k nearest in order, ties to the lowest row.
  std::vector<Decided> decide(std::size_t query) const {
    std::vector<Decided> decided(counts_[query]);
    for (std::size_t i = 0; i < decided.size(); i++) {
      const Candidate candidate = candidates_[query * room_ + i];
      decided[i] = {exactSquaredDistance(x_, static_cast<std::size_t>(candidate.row), x_, query), candidate};
    }
    std::partial_sort(decided.begin(), decided.begin() + static_cast<std::ptrdiff_t>(k_), decided.end());
    return decided;
  }

  Context& context_;
  const Matrix& x_;
  const QuantizedRows& quantized_;
  const std::size_t k_, room_, blocks_;
  const double rounding_;
  /// `room_` places for each row, of which the first `counts_` are taken.
  std::vector<Candidate> candidates_;
  std::vector<std::uint32_t> counts_;
  /// Candidates of a larger score are of no use to the row. It only sinks: who reads an old one lets more
  /// pass than is needed.
  std::vector<std::atomic<float>> limits_;
  /// Nor are candidates of a higher row.
  std::vector<std::int32_t> lastRows_;
  /// One for each block of rows: for all of the above but the limits.
  std::vector<std::mutex> mutexes_;
};

/// One row more than asked for, and the row itself left out. Among many duplicates a row may not be one of
/// its own nearest, because lower rows come first: then it is the last that is one too many.
Neighbors searchAndLeaveOutSelf(Context& context, const Matrix& x, std::size_t k) {
  const Neighbors withSelf = nearest(context, x, x, k + 1);
  Neighbors graph;
  graph.indices.resize(x.rows() * k);
  graph.distances.resize(x.rows() * k);
  for (std::size_t row = 0; row < x.rows(); row++) {
    const std::int32_t* const found = withSelf.indices.data() + row * (k + 1);
    const std::ptrdiff_t self = std::find(found, found + k, static_cast<std::int32_t>(row)) - found;
    const auto leaveOutSelf = [&](const auto& from, auto& to) {
      const auto begin = from.begin() + static_cast<std::ptrdiff_t>(row * (k + 1));
      const auto end = begin + static_cast<std::ptrdiff_t>(k + 1);
      const auto at = to.begin() + static_cast<std::ptrdiff_t>(row * k);
      std::copy(begin + self + 1, end, std::copy(begin, begin + self, at));
    };
    leaveOutSelf(withSelf.indices, graph.indices);
    leaveOutSelf(withSelf.distances, graph.distances);
  }
  return graph;
}

}  // namespace

Neighbors neighborGraph(Context& context, const Matrix& x, std::size_t k) {
  const QuantizedRows quantized(context, x);
  if (quantized.largestMove() > kLargestShare * quantized.medianLength() && quantized.medianLength() > 0) {
    return searchAndLeaveOutSelf(context, x, k);
  }
  return GraphSearch(context, x, quantized, k).run();
}

}  // namespace handful
