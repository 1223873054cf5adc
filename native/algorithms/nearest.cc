#include "nearest.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "exact_distance.h"
#include "packed_rows.h"

namespace handful {
namespace {

constexpr std::size_t kQueryBlock = 128;
constexpr std::size_t kRowBlock = 48;
/// Rows that one task looks at when there are too few queries to share out.
constexpr std::size_t kTaskRows = 3072;

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
/// float. The last term is for products that underflow: n of them lose 2^-150 each, or packed words 2^-127
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
      std::vector<std::vector<Candidate>> found = screen(block, 0, x_.rows());
      for (std::size_t i = 0; i < block.count; i++) {
        prune(found[i], k_, block.slack[i]);
        decide(block.begin + i, found[i]);
      }
      context_.job.reportFrom(worker, "search", ++done, blocks);
    });
  }

  /// Few queries: a task searches some of the rows for all of them.
  void shareRows(std::size_t blockIndex) {
    const QueryBlock block = pack(blockIndex);
    const std::size_t tasks = (x_.rows() + kTaskRows - 1) / kTaskRows;
    std::vector<std::vector<std::vector<Candidate>>> found(tasks);
    std::atomic<std::size_t> done{0};
    context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
      found[task] = screen(block, task * kTaskRows, std::min(x_.rows(), (task + 1) * kTaskRows));
      context_.job.reportFrom(worker, "search", ++done, tasks);
    });
    context_.pool.parallelFor(block.count, [&](std::size_t i, unsigned) {
      std::vector<Candidate> candidates;
      for (const auto& part : found) candidates.insert(candidates.end(), part[i].begin(), part[i].end());
      prune(candidates, k_, block.slack[i]);
      decide(block.begin + i, candidates);
    });
  }

  /// No screening: every row is a candidate.
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
    QueryBlock block{begin, count, PackedRows(context_.kernels, x_, count), std::vector<float>(count)};
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

  /// For each query of the block the rows from `begin` to `end` that may be among its k nearest.
  std::vector<std::vector<Candidate>> screen(const QueryBlock& block, std::size_t begin,
                                             std::size_t end) const {
    const std::size_t width = block.packed.width();
    std::vector<std::vector<Candidate>> found(block.count);
    // The places that fill up the last panel never pass.
    std::vector<float> limits(width, -std::numeric_limits<float>::infinity());
    std::fill_n(limits.begin(), block.count, std::numeric_limits<float>::infinity());
    PackedProducts products(block.packed, kRowBlock);
    std::vector<std::uint32_t> passing(width);
    for (std::size_t first = begin; first < end; first += kRowBlock) {
      const std::size_t rows = std::min(kRowBlock, end - first);
      const float* row = products.multiply(first, rows);
      for (std::size_t r = 0; r < rows; r++, row += width) {
        const float norm = static_cast<float>(x_.squaredNorms()[first + r]);
        const std::size_t count =
            context_.kernels.screenBelow(row, limits.data(), width, norm, passing.data());
        for (std::size_t p = 0; p < count; p++) {
          const std::uint32_t i = passing[p];
          found[i].push_back({norm - 2 * row[i], static_cast<std::int32_t>(first + r)});
          if (found[i].size() >= 2 * k_ + 64) limits[i] = prune(found[i], k_, block.slack[i]);
        }
      }
    }
    return found;
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

}  // namespace

Neighbors nearest(Context& context, const Matrix& x, const Matrix& queries, std::size_t k) {
  return Search(context, x, queries, k).run();
}

}  // namespace handful
