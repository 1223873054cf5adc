#pragma once

#include <cstddef>
#include <vector>

#include "linear/logistic_problem.h"
#include "linear/logits.h"
#include "linear/optimizer.h"
#include "matrix/matrix.h"
#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// Weighted sum of the rows' log-losses plus ||coef||^2 / (2C), and its gradient, in one pass over the rows.
/// A point is nClasses x (columns + 1), the intercept last in each row.
///
/// A tile of rows at a time goes forward to logits and residuals and at once back to the gradient, while it
/// is in the cache. Products and a chunk's gradient are floats, everything summed over chunks is float64.
class LogisticObjective : public Objective {
 public:
  LogisticObjective(Context& context, const Matrix& x, const LogisticRegressionOptions& options);

  std::size_t dimension() const override { return classes_ * (x_.columns() + 1); }
  double evaluate(const std::vector<double>& point, std::vector<double>& gradient) override;
  double maxGradient(const std::vector<double>&, const std::vector<double>& gradient, double) override {
    return maxAbsolute(gradient, options_.emphasis);
  }

 private:
  /// What one chunk of rows adds, and the room a worker needs.
  struct Sums {
    double loss = 0;
    AlignedVector<double> gradient;
    std::vector<double> intercept;
  };
  struct Scratch {
    AlignedVector<float> logits, others, behind, weights, gradient;
  };

  void layOutTargets();
  void addChunk(const Logits& logits, std::size_t begin, std::size_t end, Scratch& scratch, Sums& sums) const;
  double addTile(const Logits& logits, std::size_t begin, std::size_t count, Scratch& scratch,
                 Sums& sums) const;

  Context& context_;
  const Matrix& x_;
  const LogisticRegressionOptions& options_;
  const std::size_t classes_;
  std::size_t chunkRows_;
  /// Classes of the rows as the kernels compare them, filled up to whole tiles.
  std::vector<float> labels_;
  /// The targets as the kernels read them, a tile after the other, class by class; empty without.
  std::vector<float> targets_;
  Logits logits_;
  std::vector<Sums> chunks_;
};

}  // namespace handful
