#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "linalg/cholesky.h"
#include "linear/logistic_problem.h"
#include "linear/optimizer.h"
#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

/// The Hessian of multinomial logistic regression without the blocks between classes: one Gram matrix a
/// class, X' diag(w p (1 - p)) X + I / C, w the sample weights and p the class's probabilities, from a sample
/// of the rows.
///
/// At first all classes share 0.09 X' diag(w) X + I / C, which is p (1 - p) at p = 1 / 10 and near enough
/// elsewhere; twice, when the probabilities have taken shape, each class gets its own. Every direction is
/// projected on sum over k of W_k = 0 before and after: the minimum lies there, and the blocks left out
/// matter most across it.
class GramPreconditioner : public Preconditioner {
 public:
  GramPreconditioner(Context& context, const Matrix& x, const LogisticRegressionOptions& options);

  /// Whether the Gram matrices of such a problem are worth their memory.
  static bool fits(std::size_t columns, std::size_t classes);

  bool prepare(std::size_t iteration, const std::vector<double>& point) override;
  void apply(std::vector<double>& gradient) override;

 private:
  /// A sample of rows and the weight each of them stands for.
  struct Sample {
    std::vector<std::int32_t> rows;
    std::vector<float> weights;
  };

  bool prepareShared();
  bool prepareClasses(const std::vector<double>& point);
  Sample sampleClass(std::size_t k, const float* probabilities) const;
  void fillGram(const Sample& sample, UpperMatrix& gram);
  /// Fills packed_ with the sampled rows.
  void pack(const Sample& sample, std::size_t stride);
  /// Adds the penalty to the diagonal, and what keeps the matrix positive definite in floats.
  void regularize(UpperMatrix& gram) const;

  Context& context_;
  const Matrix& x_;
  const LogisticRegressionOptions& options_;
  const std::size_t classes_;
  /// One, or one a class.
  std::vector<UpperMatrix> factors_;
  /// The sampled rows in value units, the 1 of the intercept behind them, times the roots of their weights: a
  /// panel of columns after the other, which serves as either side of a product. Kept from one Gram matrix to
  /// the next, because new memory takes time to come by.
  AlignedVector<float> packed_;
};

}  // namespace handful
