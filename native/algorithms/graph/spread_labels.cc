#include "graph/spread_labels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace handful {
namespace {

/// Rows of one task: few enough to share a small graph out, enough to pay for being called.
constexpr std::size_t kTaskRows = 512;

/// What rounding adds to a residual at most, as a share of the largest value a solve may reach.
constexpr double kRounding = 0x1p-50;

constexpr int kNothing = std::numeric_limits<int>::min();

/// Solves by conjugate gradients (Hestenes & Stiefel 1952) for all classes side by side: each has step
/// lengths of its own, and an entry of the graph is read once for all of them. `open_` are the rows that are
/// not settled.
class Spreading {
 public:
  Spreading(Context& context, const SparseRows& graph, const SpreadLabelsOptions& options)
      : context_(context),
        graph_(graph),
        options_(options),
        classes_(options.nClasses),
        open_(graph.rows()),
        exponents_(graph.rows(), kNothing),
        partial_((graph.rows() + kTaskRows - 1) / kTaskRows * classes_),
        solution_(options.start.size(), 0.0),
        residual_(options.start.size()),
        direction_(options.start.size()),
        image_(options.start.size()) {
    std::iota(open_.begin(), open_.end(), std::size_t{0});
  }

  SpreadLabelsResult run() {
    while (nextStart() && settle(solve())) {
    }
    normalize();
    return {std::move(solution_), nIter_, converged_};
  }

 private:
  /// Solves for the open rows. Returns a bound on the error of a row's sum: the eigenvalues of I - alpha S
  /// are 1 - alpha or more, also of its part for the open rows.
  double solve() {
    std::vector<double> squares =
        sum([&](std::size_t row, double* sums) { addProducts(residual_, residual_, row, sums); });
    std::vector<double> goals(classes_);
    for (std::size_t c = 0; c < classes_; c++) goals[c] = options_.tol * options_.tol * squares[c];
    const std::vector<double> first = squares;

    std::size_t iteration = 0;
    while (!reached(squares, goals) && iteration < options_.maxIter) {
      context_.job.report("spread", static_cast<double>(iteration), static_cast<double>(options_.maxIter),
                          relativeResidual(squares, first));
      const std::vector<double> steps = quotients(squares, multiplyDirection());
      const std::vector<double> next = takeSteps(steps);
      turnDirection(quotients(next, squares));
      squares = next;
      iteration++;
    }
    nIter_ += iteration;
    converged_ = converged_ && reached(squares, goals);

    const double reach = 1 / (1 - options_.alpha);
    double bound = 0;
    for (std::size_t c = 0; c < classes_; c++) {
      bound += (std::sqrt(squares[c]) + kRounding * std::sqrt(first[c]) * reach) * reach;
    }
    return bound;
  }

  /// Settles the open rows whose sum is known well enough; if there is none, all that hold anything. Returns
  /// whether there are any.
  bool settle(double bound) {
    const double least = bound / options_.rowTol;
    bool certain = false;
    for (const std::size_t row : open_) {
      const double sum = positiveSum(row);
      certain = certain || (sum > 0 && sum >= least);
    }
    converged_ = converged_ && certain;
    const std::size_t before = open_.size();
    std::size_t kept = 0;
    for (const std::size_t row : open_) {
      const double sum = positiveSum(row);
      if (sum > 0 && (sum >= least || !certain)) {
        exponents_[row] = exponent_;
        std::fill_n(direction_.begin() + static_cast<std::ptrdiff_t>(row * classes_), classes_, 0.0);
      } else {
        open_[kept++] = row;
      }
    }
    open_.resize(kept);
    return kept < before;
  }

  /// The sum of a row of the solution, whose rounding below 0 becomes 0.
  double positiveSum(std::size_t row) {
    double sum = 0;
    for (double *value = solution_.data() + row * classes_, *end = value + classes_; value < end; value++) {
      *value = std::max(0.0, *value);
      sum += *value;
    }
    return sum;
  }

  /// What the open rows start with, given those that are settled: as a multiple of a power of two, for far
  /// from all labels it leaves the range of a double. Returns false if it is nothing.
  bool nextStart() {
    exponent_ = kNothing;
    for (const std::size_t row : open_) {
      eachPart(row, [&](std::size_t, double part, int exponent) {
        exponent_ = std::max(exponent_, std::ilogb(part) + exponent);
      });
    }
    if (exponent_ == kNothing) return false;
    for (const std::size_t row : open_) {
      const auto from = static_cast<std::ptrdiff_t>(row * classes_);
      std::fill_n(solution_.begin() + from, classes_, 0.0);
      std::fill_n(residual_.begin() + from, classes_, 0.0);
      eachPart(row, [&](std::size_t c, double part, int exponent) {
        residual_[row * classes_ + c] += std::ldexp(part, exponent - exponent_);
      });
      std::copy_n(residual_.begin() + from, classes_, direction_.begin() + from);
    }
    return true;
  }

  /// Calls body(class, part, exponent) for each part above 0, times 2 to the exponent, of what a row starts
  /// with.
  template <typename Body>
  void eachPart(std::size_t row, const Body& body) const {
    const auto use = [&](std::size_t c, double part, int exponent) {
      if (part > 0 && std::isfinite(part)) body(c, part, exponent);
    };
    for (std::size_t c = 0; c < classes_; c++) use(c, options_.start[row * classes_ + c], 0);
    for (std::int32_t entry = graph_.indptr[row]; entry < graph_.indptr[row + 1]; entry++) {
      const auto from = static_cast<std::size_t>(graph_.indices[entry]);
      if (exponents_[from] == kNothing) continue;
      const double weight = options_.alpha * graph_.data[entry];
      for (std::size_t c = 0; c < classes_; c++) {
        use(c, weight * solution_[from * classes_ + c], exponents_[from]);
      }
    }
  }

  void normalize() {
    for (std::size_t row = 0; row < graph_.rows(); row++) {
      double* const values = solution_.data() + row * classes_;
      double sum = 0;
      for (std::size_t c = 0; c < classes_; c++) sum += values[c];
      for (std::size_t c = 0; c < classes_ && sum > 0; c++) values[c] /= sum;
    }
  }

  /// image = (I - alpha S) direction; returns direction' image.
  std::vector<double> multiplyDirection() {
    return sum([&](std::size_t row, double* sums) {
      double* const to = image_.data() + row * classes_;
      std::fill_n(to, classes_, 0.0);
      for (std::int32_t entry = graph_.indptr[row]; entry < graph_.indptr[row + 1]; entry++) {
        const double weight = graph_.data[entry];
        const double* const from = direction_.data() + graph_.indices[entry] * classes_;
        for (std::size_t c = 0; c < classes_; c++) to[c] += weight * from[c];
      }
      const double* const own = direction_.data() + row * classes_;
      for (std::size_t c = 0; c < classes_; c++) to[c] = own[c] - options_.alpha * to[c];
      addProducts(direction_, image_, row, sums);
    });
  }

  /// Moves each class by its step along the direction; returns the squared lengths of the residuals.
  std::vector<double> takeSteps(const std::vector<double>& steps) {
    return sum([&](std::size_t row, double* sums) {
      for (std::size_t c = 0, i = row * classes_; c < classes_; c++, i++) {
        solution_[i] += steps[c] * direction_[i];
        residual_[i] -= steps[c] * image_[i];
      }
      addProducts(residual_, residual_, row, sums);
    });
  }

  void turnDirection(const std::vector<double>& factors) {
    sum([&](std::size_t row, double*) {
      for (std::size_t c = 0, i = row * classes_; c < classes_; c++, i++) {
        direction_[i] = residual_[i] + factors[c] * direction_[i];
      }
    });
  }

  /// Runs body(row, sums) over all open rows, a block of them at a time. Returns for each class the sum of
  /// what the blocks have added to their own sums, in the order of the blocks.
  template <typename Body>
  std::vector<double> sum(const Body& body) {
    const std::size_t tasks = (open_.size() + kTaskRows - 1) / kTaskRows;
    std::fill(partial_.begin(), partial_.end(), 0.0);
    context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned) {
      const std::size_t end = std::min(open_.size(), (task + 1) * kTaskRows);
      for (std::size_t i = task * kTaskRows; i < end; i++) body(open_[i], partial_.data() + task * classes_);
    });
    std::vector<double> sums(classes_, 0.0);
    for (std::size_t i = 0; i < tasks * classes_; i++) sums[i % classes_] += partial_[i];
    return sums;
  }

  void addProducts(const std::vector<double>& a, const std::vector<double>& b, std::size_t row,
                   double* sums) const {
    for (std::size_t c = 0, i = row * classes_; c < classes_; c++, i++) sums[c] += a[i] * b[i];
  }

  /// For each class a / b; 0 if b is: a class that has arrived, or starts with nothing, stays as it is.
  static std::vector<double> quotients(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> out(a.size());
    for (std::size_t c = 0; c < a.size(); c++) out[c] = b[c] > 0 ? a[c] / b[c] : 0;
    return out;
  }

  static bool reached(const std::vector<double>& squares, const std::vector<double>& goals) {
    for (std::size_t c = 0; c < squares.size(); c++) {
      if (squares[c] > goals[c]) return false;
    }
    return true;
  }

  /// The largest residual of a class, as a share of what it starts with.
  static double relativeResidual(const std::vector<double>& squares, const std::vector<double>& first) {
    const std::vector<double> shares = quotients(squares, first);
    return std::sqrt(*std::max_element(shares.begin(), shares.end()));
  }

  Context& context_;
  const SparseRows& graph_;
  const SpreadLabelsOptions& options_;
  const std::size_t classes_;
  std::vector<std::size_t> open_;
  /// Of a settled row: its solution is to be multiplied by 2 to this.
  std::vector<int> exponents_;
  /// The same of the solve that runs.
  int exponent_ = 0;
  std::vector<double> partial_;
  std::vector<double> solution_, residual_, direction_, image_;
  std::size_t nIter_ = 0;
  bool converged_ = true;
};

}  // namespace

SpreadLabelsResult spreadLabels(Context& context, const SparseRows& graph,
                                const SpreadLabelsOptions& options) {
  return Spreading(context, graph, options).run();
}

}  // namespace handful
