#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace handful {

/// A function to be minimised.
class Objective {
 public:
  virtual ~Objective() = default;
  virtual std::size_t dimension() const = 0;
  /// The value at `point`; writes the gradient there.
  virtual double evaluate(const std::vector<double>& point, std::vector<double>& gradient) = 0;
  /// What the stop rule looks at: the largest absolute component of the gradient at `point`. What is above
  /// `bound` anyway need not be exact.
  virtual double maxGradient(const std::vector<double>& point, const std::vector<double>& gradient,
                             double bound) = 0;
};

/// An approximation to the inverse Hessian that L-BFGS starts each direction from.
class Preconditioner {
 public:
  virtual ~Preconditioner() = default;
  /// Called before each iteration, the first being 0: a chance to fit the approximation to the point. Returns
  /// false where none can be formed: the preconditioner is then of no further use.
  virtual bool prepare(std::size_t iteration, const std::vector<double>& point) = 0;
  /// Replaces the gradient by the approximate inverse Hessian times it.
  virtual void apply(std::vector<double>& gradient) = 0;
};

struct StopRule {
  /// Bound on the largest absolute component of the gradient.
  double maxGradient;
  std::size_t maxIter;
};

/// See `StopReason` of binding.d.ts.
enum class StopReason { kTolerance, kMaxIter, kPrecision, kOneClass };

struct Minimum {
  std::vector<double> point;
  double value = 0;
  double maxGradient = 0;
  /// Estimate of (value - minimum) / value; NaN without a preconditioner.
  double gap = std::numeric_limits<double>::quiet_NaN();
  std::size_t nIter = 0;
  std::size_t nPasses = 0;
  bool converged = false;
  /// Whether the preconditioner served to the end, where there was one.
  bool preconditioned = false;
  StopReason stopReason = StopReason::kPrecision;
  /// Whether a preconditioner was left out because of the memory that it would have taken.
  bool preconditionerTooLarge = false;
};

/// Takes the mean over the classes off a gradient of `classes` equal parts, component by component: the
/// projection on sum over k of W_k = 0, where the minimum of multinomial logistic regression lies.
void projectOnClassSum(std::vector<double>& gradient, std::size_t classes);

/// Sum of the products of equal components.
double dotProduct(const std::vector<double>& a, const std::vector<double>& b);
/// Largest absolute component.
double maxAbsolute(const std::vector<double>& vector);
/// The same of a gradient of equal parts, one more than `emphasis` long: each component but a part's last is
/// multiplied by its emphasis.
double maxAbsolute(const std::vector<double>& gradient, const std::vector<double>& emphasis);

}  // namespace handful
