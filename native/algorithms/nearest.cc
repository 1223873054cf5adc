#include "nearest.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "exact_distance.h"
#include "panels.h"
#include "row_tile.h"

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
/// at most the k-th smallest one seen plus twice the slack: returns that limit, and lets go of what is above
/// it.
float prune(std::vector<Candidate>& candidates, std::size_t k, float slack) {
  const auto kth = candidates.begin() + static_cast<std::ptrdiff_t>(k - 1);
  const auto byScore = [](const Candidate& a, const Candidate& b) { return a.score < b.score; };
  std::nth_element(candidates.begin(), kth, candidates.end(), byScore);
  const float limit = kth->score + 2 * slack;
  std::erase_if(candidates, [limit](const Candidate& candidate) { return candidate.score > limit; });
  return limit;
}

/// Derivation of the slack, with u = 2^-24, X the largest length of a row of x and |q| that of the query: the
/// product errs by Panels::relativeError() X |q|, the query's conversion to the units of x by u X |q|; |x|^2,
/// and the difference, are rounded once each: u (X^2 + X^2 + 2 X |q|). The factor 1.01 covers terms of order
/// u^2, the last term products that underflow.
float slackOf(double relativeError, std::size_t columns, double xNorm, double queryNorm) {
  constexpr double u = 0x1p-24;
  const double slack = 2 * (relativeError + 2 * u) * xNorm * queryNorm + 2 * u * xNorm * xNorm;
  return static_cast<float>(1.01 * slack + 4 * static_cast<double>(columns) * 0x1p-126);
}

/// Rows longer than this could overflow a float when squared.
constexpr double kLargestNorm = 1e18;

double largestNorm(const Matrix& matrix) {
  const std::vector<double>& norms = matrix.squaredNorms();
  return std::sqrt(*std::max_element(norms.begin(), norms.end()));
}

/// A block of queries in the units that x is stored in, packed, each with the bound on the error of its
/// scores.
struct QueryBlock {
  std::size_t begin, count;
  Panels panels;
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
    QueryBlock block{begin, count, Panels(context_.kernels, count, x_.stride()), std::vector<float>(count)};
    RowTile tile(context_.kernels, queries_, 1);
    AlignedVector<float> query(x_.stride());
    for (std::size_t i = 0; i < count; i++) {
      const float* stored = tile.rows(begin + i, 1);
      for (std::size_t column = 0; column < x_.stride(); column++) {
        query[column] = static_cast<float>(stored[column] * toUnitsOfX_);
      }
      block.panels.set(i, query.data());
      const double norm = std::sqrt(queries_.squaredNorms()[begin + i]) * toUnitsOfX_;
      block.slack[i] = slackOf(block.panels.relativeError(), x_.stride(), xNorm_, norm);
    }
    return block;
  }

  /// For each query of the block the rows from `begin` to `end` that may be among its k nearest.
  std::vector<std::vector<Candidate>> screen(const QueryBlock& block, std::size_t begin,
                                             std::size_t end) const {
    const std::size_t width = block.panels.width();
    std::vector<std::vector<Candidate>> found(block.count);
    // The places that fill up the last panel never pass.
    std::vector<float> limits(width, -std::numeric_limits<float>::infinity());
    std::fill_n(limits.begin(), block.count, std::numeric_limits<float>::infinity());
    RowTile tile(context_.kernels, x_, kRowBlock);
    AlignedVector<float> products(kRowBlock * width);
    std::vector<std::uint32_t> passing(width);
    for (std::size_t first = begin; first < end; first += kRowBlock) {
      const std::size_t rows = std::min(kRowBlock, end - first);
      block.panels.multiply(tile.rows(first, rows), tile.stride(), rows, products.data());
      for (std::size_t r = 0; r < rows; r++) {
        const float* row = products.data() + r * width;
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
