#include "linear/gradient_descent.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace handful {

Minimum minimizeByGradientDescent(Job& job, Objective& objective, std::vector<double> start,
                                  const StopRule& stop) {
  const std::size_t dimension = start.size();
  Minimum result;
  const auto evaluate = [&](const std::vector<double>& at, std::vector<double>& gradientThere) {
    job.throwIfCancelled();
    result.nPasses++;
    return objective.evaluate(at, gradientThere);
  };

  // `ahead` is where the momentum has carried `point`; steps are taken from there.
  std::vector<double> point = std::move(start), ahead = point, next(dimension);
  std::vector<double> gradient(dimension), nextGradient(dimension);
  double value = evaluate(ahead, gradient), momentum = 1;
  // The step doubles until it is first found too long; from then on it grows gently, in case the function
  // flattens.
  double growth = 2;
  double step = 1 / std::max(1.0, std::sqrt(dotProduct(gradient, gradient)));
  result.value = value;
  for (;;) {
    result.maxGradient = objective.maxGradient(ahead, gradient, stop.maxGradient);
    if (result.maxGradient <= stop.maxGradient) {
      result.converged = true;
      result.stopReason = StopReason::kTolerance;
      break;
    }
    if (result.nIter >= stop.maxIter) {
      result.stopReason = StopReason::kMaxIter;
      break;
    }

    // A step is short enough when the parabola of curvature 1 / step through `ahead` lies above the function.
    const double squaredGradient = dotProduct(gradient, gradient);
    double nextValue;
    for (;;) {
      for (std::size_t i = 0; i < dimension; i++) next[i] = ahead[i] - step * gradient[i];
      nextValue = evaluate(next, nextGradient);
      const double rounding = 1e-9 * std::abs(value);
      if (nextValue <= value - 0.5 * step * squaredGradient + rounding) break;
      step *= 0.5;
      growth = 1.1;
      if (step * squaredGradient < 1e-18 * std::abs(value)) {
        result.stopReason = StopReason::kPrecision;
        result.point = std::move(point);
        return result;
      }
    }

    double uphill = 0;
    for (std::size_t i = 0; i < dimension; i++) uphill += gradient[i] * (next[i] - point[i]);
    const double nextMomentum = uphill > 0 ? 1 : 0.5 * (1 + std::sqrt(1 + 4 * momentum * momentum));
    const double carry = uphill > 0 ? 0 : (momentum - 1) / nextMomentum;
    for (std::size_t i = 0; i < dimension; i++) {
      ahead[i] = next[i] + carry * (next[i] - point[i]);
      point[i] = next[i];
    }
    momentum = nextMomentum;
    result.nIter++;
    result.value = nextValue;
    if (carry == 0) {
      value = nextValue;
      gradient = nextGradient;
    } else {
      value = evaluate(ahead, gradient);
    }
    step *= growth;
    job.report("iteration", static_cast<double>(result.nIter), static_cast<double>(stop.maxIter),
               result.value);
  }
  // The gradient that met the bound is that of `ahead`.
  result.value = value;
  result.point = std::move(ahead);
  return result;
}

}  // namespace handful
