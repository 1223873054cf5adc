#include "search/nearest.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "search/center_index.h"
#include "search/exact_distance.h"
#include "search/packed_rows.h"

namespace handful {
namespace {

constexpr std::size_t kQueryBlock = 128;
constexpr std::size_t kRowBlock = 48;
/// Rows that one task looks at when there are too few queries to share out.
constexpr std::size_t kTaskRows = 3072;
/// Candidates are thinned out when they are twice as many as needed, and so many more.
constexpr std::size_t kSpareCandidates = 64;
/// So many rows, packed, are looked at for one query after the other.
constexpr std::size_t kFewRows = 1024;

/// A row that may be among the nearest of a query. Its score is |x|^2 - 2 x.q in floats: the squared distance
/// less |q|^2, which is the same for all rows.
struct Candidate {
  float score;
  std::int32_t row;
};

/// Every score is within `slack` of its true value. So a row can belong to the k nearest only if its score is
/// at most the k-th smallest one seen plus twice the slack: at least k rows are truly no farther than the
/// k-th smallest score plus the slack, and the row is no nearer than its own score less the slack. Returns
/// that limit, and lets go of what is above it. The limit is rounded to a float; scores are floats, and
/// rounding never moves a number past a float, so what was at most the limit still is.
float prune(std::vector<Candidate>& candidates, std::size_t k, float slack) {
  const auto kth = candidates.begin() + static_cast<std::ptrdiff_t>(k - 1);
  const auto byScore = [](const Candidate& a, const Candidate& b) { return a.score < b.score; };
  std::nth_element(candidates.begin(), kth, candidates.end(), byScore);
  const float limit = kth->score + 2 * slack;
  std::erase_if(candidates, [limit](const Candidate& candidate) { return candidate.score > limit; });
  return limit;
}

/// Bound on the error of any row's score for a query q. With u = 2^-24 and X the largest length of a row x,
/// the score |x|^2 - 2 x.q errs by
/// - twice the product's error, 2 packed.error X;
/// - the rounding of |x|^2 to a float, u X^2, and that of the difference, u (X^2 + 2 X |q|);
/// - what the plain loop that decides errs by itself, since it is the loop's order that is wanted.
///
/// 1.01 covers terms of order u^2, among them the rounding of |x|^2 in float64, and that of the slack to a
/// float. The last term is for products that underflow: n of them lose 2^-150 each, or packed int16 2^-127
/// each, and twice that counts.
float slackOf(const PackedRows& packed, std::size_t query, std::size_t columns, double largest) {
  constexpr double u = 0x1p-24;
  const double norm = packed.norm(query);
  const double slack = 2 * packed.error(query) * largest + 2 * u * largest * (largest + norm) +
                       exactDistanceError(columns, largest, norm);
  return static_cast<float>(1.01 * slack + 4 * static_cast<double>(columns) * 0x1p-126);
}

double largestNorm(const Matrix& matrix) {
  const std::vector<double>& norms = matrix.squaredNorms();
  return std::sqrt(*std::max_element(norms.begin(), norms.end()));
}

/// A block of queries in the units that x is stored in, packed, each with the bound on the error of its
/// scores.
struct QueryBlock {
  std::size_t begin, count;
  PackedRows packed;
  std::vector<float> slack;
};

/// Finds the rows that may be among the k nearest of each query of a block.
class Filter {
 public:
  Filter(const Kernels& kernels, const Matrix& x, std::size_t k, const QueryBlock& block)
      : kernels_(kernels),
        x_(x),
        k_(k),
        block_(block),
        products_(block.packed, kRowBlock),
        candidates_(block.count),
        // The places that fill up the last panel never pass.
        limits_(block.packed.width(), -std::numeric_limits<float>::infinity()),
        passing_(block.packed.width()) {
    std::fill_n(limits_.begin(), block.count, std::numeric_limits<float>::infinity());
  }

  /// Of all rows looked at so far, those that may be among the k nearest of query i, and some more.
  const std::vector<Candidate>& candidates(std::size_t i) const { return candidates_[i]; }

  /// Looks at the rows from `begin` to `end`.
  void look(std::size_t begin, std::size_t end) {
    const std::size_t width = block_.packed.width();
    for (std::size_t first = begin; first < end; first += kRowBlock) {
      const std::size_t rows = std::min(kRowBlock, end - first);
      const float* products = products_.multiply(first, rows);
      for (std::size_t r = 0; r < rows; r++) lookAtRow(first + r, products + r * width);
    }
  }

 private:
  void lookAtRow(std::size_t row, const float* products) {
    const float norm = static_cast<float>(x_.squaredNorms()[row]);
    const std::size_t count =
        kernels_.filterBelow(products, limits_.data(), limits_.size(), norm, passing_.data());
    for (std::size_t p = 0; p < count; p++) {
      const std::uint32_t i = passing_[p];
      std::vector<Candidate>& found = candidates_[i];
      found.push_back({norm - 2 * products[i], static_cast<std::int32_t>(row)});
      if (found.size() >= 2 * k_ + kSpareCandidates) limits_[i] = prune(found, k_, block_.slack[i]);
    }
  }

  const Kernels& kernels_;
  const Matrix& x_;
  const std::size_t k_;
  const QueryBlock& block_;
  PackedProducts products_;
  std::vector<std::vector<Candidate>> candidates_;
  /// For each query the score above which a row can't be among its k nearest.
  std::vector<float> limits_;
  std::vector<std::uint32_t> passing_;
};

class Search {
 public:
  Search(Context& context, const Matrix& x, const Matrix& queries, std::size_t k)
      : context_(context),
        x_(x),
        queries_(queries),
        k_(k),
        toUnitsOfX_(queries.scale() / x.scale()),
        xNorm_(largestNorm(x)),
        floatsSuffice_(xNorm_ < kLargestNorm && largestNorm(queries) * toUnitsOfX_ < kLargestNorm) {}

  Neighbors run() {
    neighbors_.indices.resize(queries_.rows() * k_);
    neighbors_.distances.resize(queries_.rows() * k_);
    const std::size_t blocks = (queries_.rows() + kQueryBlock - 1) / kQueryBlock;
    if (!floatsSuffice_) {
      decideAll();
    } else if (blocks >= 4 * context_.pool.threads()) {
      shareQueries(blocks);
    } else {
      for (std::size_t block = 0; block < blocks; block++) shareRows(block);
    }
    return std::move(neighbors_);
  }

 private:
  /// Many queries: a task searches all rows for its block of queries.
  void shareQueries(std::size_t blocks) {
    std::atomic<std::size_t> done{0};
    context_.pool.parallelFor(blocks, [&](std::size_t task, unsigned worker) {
      const QueryBlock block = pack(task);
      Filter filter(context_.kernels, x_, k_, block);
      filter.look(0, x_.rows());
      for (std::size_t i = 0; i < block.count; i++) decide(block, i, filter.candidates(i));
      context_.job.reportFrom(worker, "search", ++done, blocks);
    });
  }

  /// Few queries: a task searches some of the rows for all of them. A worker goes on with what its tasks
  /// before have found; which worker saw which rows makes no difference to what is decided in the end.
  void shareRows(std::size_t blockIndex) {
    const QueryBlock block = pack(blockIndex);
    const std::size_t tasks = (x_.rows() + kTaskRows - 1) / kTaskRows;
    std::vector<std::unique_ptr<Filter>> filters(context_.pool.threads());
    std::atomic<std::size_t> done{0};
    context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
      auto& filter = filters[worker];
      if (!filter) filter = std::make_unique<Filter>(context_.kernels, x_, k_, block);
      filter->look(task * kTaskRows, std::min(x_.rows(), (task + 1) * kTaskRows));
      context_.job.reportFrom(worker, "search", ++done, tasks);
    });
    context_.pool.parallelFor(block.count, [&](std::size_t i, unsigned) {
      std::vector<Candidate> candidates;
      for (const auto& filter : filters) {
        if (!filter) continue;
        const std::vector<Candidate>& found = filter->candidates(i);
        candidates.insert(candidates.end(), found.begin(), found.end());
      }
      decide(block, i, std::move(candidates));
    });
  }

  /// No filter: every row is a candidate.
  void decideAll() {
    std::vector<Candidate> everyRow(x_.rows());
    for (std::size_t row = 0; row < x_.rows(); row++) everyRow[row] = {0, static_cast<std::int32_t>(row)};
    std::atomic<std::size_t> done{0};
    context_.pool.parallelFor(queries_.rows(), [&](std::size_t query, unsigned worker) {
      decide(query, everyRow);
      context_.job.reportFrom(worker, "search", ++done, queries_.rows());
    });
  }

  QueryBlock pack(std::size_t index) const {
    const std::size_t begin = index * kQueryBlock, count = std::min(kQueryBlock, queries_.rows() - begin);
    const bool bytes = queries_.isBytes() && queries_.scale() == x_.scale();
    const auto kind = bytes ? PackedRows::Values::kBytes : PackedRows::Values::kAny;
    QueryBlock block{begin, count, PackedRows(context_.kernels, x_, count, kind), std::vector<float>(count)};
    std::vector<double> values(x_.columns());
    for (std::size_t i = 0; i < count; i++) {
      for (std::size_t column = 0; column < x_.columns(); column++) {
        values[column] = queries_.stored(begin + i, column) * toUnitsOfX_;
      }
      block.packed.set(i, values.data());
      block.slack[i] = slackOf(block.packed, i, x_.stride(), xNorm_);
    }
    return block;
  }

  /// Decides among the candidates of a block's query i.
  void decide(const QueryBlock& block, std::size_t i, std::vector<Candidate> candidates) {
    prune(candidates, k_, block.slack[i]);
    decide(block.begin + i, candidates);
  }

  /// Writes the k nearest of the candidates by their exact distances, ties to the lowest row.
  void decide(std::size_t query, const std::vector<Candidate>& candidates) {
    struct Decided {
      double squaredDistance;
      std::int32_t row;
      bool operator<(const Decided& other) const {
        return squaredDistance < other.squaredDistance ||
               (squaredDistance == other.squaredDistance && row < other.row);
      }
    };
    std::vector<Decided> decided;
    decided.reserve(candidates.size());
    for (const Candidate& candidate : candidates) {
      const std::size_t row = static_cast<std::size_t>(candidate.row);
      decided.push_back({exactSquaredDistance(x_, row, queries_, query), candidate.row});
    }
    std::partial_sort(decided.begin(), decided.begin() + static_cast<std::ptrdiff_t>(k_), decided.end());
    for (std::size_t i = 0; i < k_; i++) {
      neighbors_.indices[query * k_ + i] = decided[i].row;
      neighbors_.distances[query * k_ + i] = std::sqrt(decided[i].squaredDistance);
    }
  }

  Context& context_;
  const Matrix& x_;
  const Matrix& queries_;
  const std::size_t k_;
  const double toUnitsOfX_;
  const double xNorm_;
  const bool floatsSuffice_;
  Neighbors neighbors_;
};

/// The one nearest row for each of many queries, where the rows are few floats as they are: such rows are
/// centres, and packed once for all queries.
Neighbors nearestOfFew(Context& context, const Matrix& x, const Matrix& queries) {
  constexpr std::size_t kTaskQueries = 256;
  std::vector<float> centers;
  for (std::size_t row = 0; row < x.rows(); row++) {
    centers.insert(centers.end(), x.floatRow(row), x.floatRow(row) + x.columns());
  }
  Neighbors result{std::vector<std::int32_t>(queries.rows()), std::vector<double>(queries.rows())};
  CenterIndex(context, queries, centers).label(nullptr, queries.rows(), result.indices.data(), "search");
  context.pool.parallelFor(
      (queries.rows() + kTaskQueries - 1) / kTaskQueries, [&](std::size_t task, unsigned) {
        context.job.throwIfCancelled();
        const std::size_t end = std::min(queries.rows(), (task + 1) * kTaskQueries);
        for (std::size_t query = task * kTaskQueries; query < end; query++) {
          const std::size_t row = static_cast<std::size_t>(result.indices[query]);
          result.distances[query] = std::sqrt(exactSquaredDistance(x, row, queries, query));
        }
      });
  return result;
}

}  // namespace

Neighbors nearest(Context& context, const Matrix& x, const Matrix& queries, std::size_t k) {
  const bool fewRows = x.rows() <= kFewRows && x.rows() < queries.rows();
  if (k == 1 && fewRows && !x.isBytes() && x.scale() == 1) return nearestOfFew(context, x, queries);
  return Search(context, x, queries, k).run();
}

}  // namespace handful
