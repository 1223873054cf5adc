#include <limits>

#include "arguments.h"
#include "linear/logistic_regression.h"
#include "operations.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

const std::initializer_list<std::pair<const char*, Solver>> kSolvers = {
    {"preconditioned-lbfgs", Solver::kPreconditionedLbfgs},
    {"lbfgs", Solver::kLbfgs},
    {"gradient-descent", Solver::kGradientDescent}};

const char* nameOf(Solver solver) {
  for (const auto& [name, candidate] : kSolvers) {
    if (candidate == solver) return name;
  }
  return "";
}

const char* nameOf(StopReason reason) {
  switch (reason) {
    case StopReason::kTolerance:
      return "tolerance";
    case StopReason::kMaxIter:
      return "maxIter";
    case StopReason::kPrecision:
      return "precision";
    case StopReason::kOneClass:
      return "oneClass";
  }
  return "";
}

const char* nameOf(PreconditionerFailure failure) {
  return failure == PreconditionerFailure::kTooLarge ? "tooLarge" : "notPositiveDefinite";
}

}  // namespace

std::unique_ptr<Operation> logisticRegressionOperation(const Napi::CallbackInfo& info) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  LogisticRegressionOptions options;
  options.nClasses = given["nClasses"].count(1);
  if (const Argument targets = given["targets"]; targets.given()) {
    if (given["labels"].given()) throw targets.refusal("nothing beside labels");
    options.setTargets(targets.finiteRows<float>(options.nClasses, x->rows()));
  } else {
    options.labels = given["labels"].indices(options.nClasses, x->rows());
  }
  if (const Argument weights = given["sampleWeight"]; weights.given()) {
    options.sampleWeight = weights.finiteRows<double>(1, x->rows());
  }
  options.C = given["C"].number(std::numeric_limits<double>::min(), kInfinity);
  options.fitIntercept = given["fitIntercept"].boolean();
  options.solver = given["solver"].oneOf(kSolvers);
  options.maxIter = given["maxIter"].count(0);
  options.tol = given["tol"].number(0, kInfinity);
  if (const Argument start = given["start"]; start.given()) {
    options.start = start.finiteRows<double>(x->columns() + 1, options.nClasses);
  }
  // Two products a coefficient and row for each pass.
  const double work =
      2.0 * static_cast<double>(x->rows()) * x->columns() * options.nClasses * (options.maxIter + 1);
  return makeOperation(
      work,
      [x, options = std::move(options)](Context& context) {
        return fitLogisticRegression(context, *x, options);
      },
      [](Napi::Env env, const LogisticRegressionResult& fit) {
        Napi::Object answer = Napi::Object::New(env);
        answer["coef"] = toTypedArray(env, fit.coef);
        answer["intercept"] = toTypedArray(env, fit.intercept);
        answer["loss"] = fit.loss;
        answer["maxGradient"] = fit.maxGradient;
        answer["gap"] = fit.gap;
        answer["nIter"] = fit.nIter;
        answer["nPasses"] = fit.nPasses;
        answer["converged"] = fit.converged;
        answer["stopReason"] = nameOf(fit.stopReason);
        if (fit.withoutPreconditioner) {
          answer["withoutPreconditioner"] = nameOf(*fit.withoutPreconditioner);
        }
        answer["solver"] = nameOf(fit.solver);
        return answer;
      });
}

}  // namespace handful::binding
