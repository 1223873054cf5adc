#include "linear/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

namespace handful {
namespace {

constexpr std::size_t kMemory = 20;
constexpr std::size_t kMaxLineSearchPasses = 20;

/// What one past step tells of the curvature.
struct Correction {
  std::vector<double> step, gradientChange;
  double curvature;
};

void addScaled(double factor, const std::vector<double>& x, std::vector<double>& y) {
  for (std::size_t i = 0; i < y.size(); i++) y[i] += factor * x[i];
}

class Lbfgs {
 public:
  Lbfgs(Job& job, Objective& objective, std::vector<double> start, const StopRule& stop,
        Preconditioner* preconditioner)
      : job_(job),
        objective_(objective),
        stop_(stop),
        preconditioner_(preconditioner),
        point_(std::move(start)),
        gradient_(point_.size()) {}

  Minimum run() {
    value_ = evaluate(point_, gradient_);
    while (!finished()) {
      if (preconditioner_ && !preconditioner_->prepare(result_.nIter, point_)) preconditioner_ = nullptr;
      computeDirection();
      if (!searchLine()) {
        // Old corrections can spoil a direction; only where a fresh start fails as well is there nothing to
        // gain.
        if (corrections_.empty()) {
          result_.stopReason = StopReason::kPrecision;
          break;
        }
        corrections_.clear();
        continue;
      }
      result_.nIter++;
      job_.report("iteration", static_cast<double>(result_.nIter), static_cast<double>(stop_.maxIter),
                  value_);
    }
    result_.value = value_;
    result_.preconditioned = preconditioner_ != nullptr;
    result_.point = std::move(point_);
    return std::move(result_);
  }

 private:
  double evaluate(const std::vector<double>& point, std::vector<double>& gradient) {
    job_.throwIfCancelled();
    result_.nPasses++;
    return objective_.evaluate(point, gradient);
  }

  bool finished() {
    result_.maxGradient = objective_.maxGradient(point_, gradient_, stop_.maxGradient);
    if (result_.maxGradient <= stop_.maxGradient) {
      result_.converged = true;
      result_.stopReason = StopReason::kTolerance;
    } else if (result_.nIter >= stop_.maxIter) {
      result_.stopReason = StopReason::kMaxIter;
    } else {
      return false;
    }
    if (preconditioner_ && result_.nIter > 0) {
      std::vector<double> step = gradient_;
      preconditioner_->apply(step);
      estimateGap(dotProduct(gradient_, step));
    }
    return true;
  }

  /// Half the Newton decrement is what a quadratic model still promises.
  void estimateGap(double decrement) {
    if (value_ > 0) result_.gap = std::max(0.0, decrement) / (2 * value_);
  }

  /// The two-loop recursion; direction_ is what to subtract from the point.
  void computeDirection() {
    direction_ = gradient_;
    std::vector<double> factors(corrections_.size());
    for (std::size_t i = corrections_.size(); i-- > 0;) {
      const Correction& correction = corrections_[i];
      factors[i] = dotProduct(correction.step, direction_) / correction.curvature;
      addScaled(-factors[i], correction.gradientChange, direction_);
    }
    if (preconditioner_) {
      preconditioner_->apply(direction_);
    } else if (!corrections_.empty()) {
      const Correction& last = corrections_.back();
      const double scale = last.curvature / dotProduct(last.gradientChange, last.gradientChange);
      for (double& component : direction_) component *= scale;
    } else {
      // Without any idea of the curvature the first step has length 1 at most.
      const double norm = std::sqrt(dotProduct(gradient_, gradient_));
      for (double& component : direction_) component /= std::max(1.0, norm);
    }
    for (std::size_t i = 0; i < corrections_.size(); i++) {
      const Correction& correction = corrections_[i];
      const double factor =
          factors[i] - dotProduct(correction.gradientChange, direction_) / correction.curvature;
      addScaled(factor, correction.step, direction_);
    }
  }

  /// Looks along the direction for a point that is lower enough and flatter enough, and moves there. Returns
  /// false where it finds none.
  bool searchLine() {
    constexpr double kSufficientDecrease = 1e-4, kFlatter = 0.9, kRounding = 1e-9;
    const double slope = -dotProduct(gradient_, direction_);
    if (!(slope < 0)) return false;
    std::vector<double> trialPoint(point_.size()), trialGradient(point_.size()), lowPoint, lowGradient;
    double lowValue = value_;
    double length = 1, low = 0, high = std::numeric_limits<double>::infinity();
    for (std::size_t pass = 0; pass < kMaxLineSearchPasses; pass++) {
      for (std::size_t i = 0; i < point_.size(); i++) trialPoint[i] = point_[i] - length * direction_[i];
      const double trialValue = evaluate(trialPoint, trialGradient);
      const double trialSlope = -dotProduct(trialGradient, direction_);
      const bool lower = trialValue <= value_ + kSufficientDecrease * length * slope;
      // Where the value changes by no more than its rounding, the slopes tell what it can't.
      const bool lowerBySlope = trialValue <= value_ + kRounding * std::abs(value_) &&
                                trialSlope <= (2 * kSufficientDecrease - 1) * slope;
      if (!(lower || lowerBySlope)) {
        high = length;
        const double interpolated = -0.5 * slope * length * length / (trialValue - value_ - slope * length);
        const bool inside =
            interpolated > low + 0.1 * (high - low) && interpolated < low + 0.9 * (high - low);
        // Where even the fifth step is too long, the first one was by far: columns of large values.
        const double share = low == 0 && pass >= 4 ? 0.1 : 0.5;
        length = inside ? interpolated : low + share * (high - low);
      } else if (trialSlope < kFlatter * slope) {
        low = length;
        lowPoint = trialPoint;
        lowGradient = trialGradient;
        lowValue = trialValue;
        length = std::isinf(high) ? 2 * length : 0.5 * (low + high);
      } else {
        move(std::move(trialPoint), std::move(trialGradient), trialValue);
        return true;
      }
    }
    if (low == 0) return false;
    // Lower, if not yet flatter: the next direction goes on from there.
    move(std::move(lowPoint), std::move(lowGradient), lowValue);
    return true;
  }

  void move(std::vector<double> newPoint, std::vector<double> newGradient, double newValue) {
    Correction correction{newPoint, newGradient, 0};
    addScaled(-1, point_, correction.step);
    addScaled(-1, gradient_, correction.gradientChange);
    correction.curvature = dotProduct(correction.step, correction.gradientChange);
    if (correction.curvature > 0) {
      corrections_.push_back(std::move(correction));
      if (corrections_.size() > kMemory) corrections_.pop_front();
    }
    point_ = std::move(newPoint);
    gradient_ = std::move(newGradient);
    value_ = newValue;
  }

  Job& job_;
  Objective& objective_;
  const StopRule stop_;
  Preconditioner* preconditioner_;
  std::vector<double> point_, gradient_, direction_;
  double value_ = 0;
  std::deque<Correction> corrections_;
  Minimum result_;
};

}  // namespace

Minimum minimizeByLbfgs(Job& job, Objective& objective, std::vector<double> start, const StopRule& stop,
                        Preconditioner* preconditioner) {
  return Lbfgs(job, objective, std::move(start), stop, preconditioner).run();
}

}  // namespace handful
