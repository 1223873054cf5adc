#include "spread_labels.h"

#include <algorithm>
#include <cmath>

namespace handful {
namespace {

/// Rows of one task: few enough to share a small graph out, enough to pay for being called.
constexpr std::size_t kTaskRows = 512;

/// Conjugate gradients (Hestenes & Stiefel 1952) for all classes side by side: each has step lengths of its
/// own, and an entry of the graph is read once for all of them.
class ConjugateGradients {
 public:
  ConjugateGradients(Context& context, const SparseRows& graph, const SpreadLabelsOptions& options)
      : context_(context),
        graph_(graph),
        options_(options),
        classes_(options.nClasses),
        tasks_((graph.rows() + kTaskRows - 1) / kTaskRows),
        partial_(tasks_ * classes_),
        solution_(options.start.size(), 0.0),
        residual_(options.start),
        direction_(options.start),
        image_(options.start.size()) {}

  SpreadLabelsResult run() {
    std::vector<double> squares = sum([&](std::size_t begin, std::size_t end, double* sums) {
      addProducts(residual_, residual_, begin, end, sums);
    });
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
    return {std::move(solution_), iteration, reached(squares, goals)};
  }

 private:
  /// image = (I - alpha S) direction; answers direction' image.
  std::vector<double> multiplyDirection() {
    return sum([&](std::size_t begin, std::size_t end, double* sums) {
      std::vector<double> gathered(classes_);
      for (std::size_t row = begin; row < end; row++) {
        std::fill(gathered.begin(), gathered.end(), 0.0);
        for (std::int32_t entry = graph_.indptr[row]; entry < graph_.indptr[row + 1]; entry++) {
          const double weight = graph_.data[entry];
          const double* const from = direction_.data() + graph_.indices[entry] * classes_;
          for (std::size_t c = 0; c < classes_; c++) gathered[c] += weight * from[c];
        }
        const double* const own = direction_.data() + row * classes_;
        double* const to = image_.data() + row * classes_;
        for (std::size_t c = 0; c < classes_; c++) to[c] = own[c] - options_.alpha * gathered[c];
      }
      addProducts(direction_, image_, begin, end, sums);
    });
  }

  /// Moves each class by its step along the direction; answers the squared lengths of the residuals.
  std::vector<double> takeSteps(const std::vector<double>& steps) {
    return sum([&](std::size_t begin, std::size_t end, double* sums) {
      for (std::size_t i = begin * classes_; i < end * classes_; i += classes_) {
        for (std::size_t c = 0; c < classes_; c++) {
          solution_[i + c] += steps[c] * direction_[i + c];
          residual_[i + c] -= steps[c] * image_[i + c];
        }
      }
      addProducts(residual_, residual_, begin, end, sums);
    });
  }

  void turnDirection(const std::vector<double>& factors) {
    sum([&](std::size_t begin, std::size_t end, double*) {
      for (std::size_t i = begin * classes_; i < end * classes_; i += classes_) {
        for (std::size_t c = 0; c < classes_; c++) {
          direction_[i + c] = residual_[i + c] + factors[c] * direction_[i + c];
        }
      }
    });
  }

  /// Runs body(begin, end, sums) over all rows, a block of them at a time; answers for each class the sum of
  /// what the blocks have added to their own sums, in the order of the blocks.
  template <typename Body>
  std::vector<double> sum(const Body& body) {
    std::fill(partial_.begin(), partial_.end(), 0.0);
    context_.pool.parallelFor(tasks_, [&](std::size_t task, unsigned) {
      body(task * kTaskRows, std::min(graph_.rows(), (task + 1) * kTaskRows),
           partial_.data() + task * classes_);
    });
    std::vector<double> sums(classes_, 0.0);
    for (std::size_t i = 0; i < partial_.size(); i++) sums[i % classes_] += partial_[i];
    return sums;
  }

  void addProducts(const std::vector<double>& a, const std::vector<double>& b, std::size_t begin,
                   std::size_t end, double* sums) const {
    for (std::size_t i = begin * classes_; i < end * classes_; i += classes_) {
      for (std::size_t c = 0; c < classes_; c++) sums[c] += a[i + c] * b[i + c];
    }
  }

  /// For each class a / b; 0 where b is: a class that has arrived, or starts with nothing, stays where it is.
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
  const std::size_t classes_, tasks_;
  std::vector<double> partial_;
  std::vector<double> solution_, residual_, direction_, image_;
};

}  // namespace

SpreadLabelsResult spreadLabels(Context& context, const SparseRows& graph,
                                const SpreadLabelsOptions& options) {
  return ConjugateGradients(context, graph, options).run();
}

}  // namespace handful
