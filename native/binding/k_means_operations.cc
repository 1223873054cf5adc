#include <limits>
#include <optional>
#include <tuple>

#include "arguments.h"
#include "clustering/assignment.h"
#include "clustering/k_means.h"
#include "clustering/k_means_plus_plus.h"
#include "clustering/mini_batch_k_means.h"
#include "drawing_operation.h"
#include "operations.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

KMeansInit initOf(const Argument& init, std::size_t nClusters, std::size_t columns) {
  if (init.isArrayOf<float>()) {
    return {KMeansInit::Method::kGiven, init.finiteRows<float>(columns, nClusters)};
  }
  return {init.oneOf<KMeansInit::Method>(
              {{"k-means++", KMeansInit::Method::kPlusPlus}, {"random", KMeansInit::Method::kRandom}}),
          {}};
}

void setAssignment(Napi::Object answer, const Assignment& assignment) {
  answer["labels"] = toTypedArray(answer.Env(), assignment.labels);
  answer["inertia"] = assignment.inertia;
}

/// The work of finding the nearest of `centers` centres for every row.
double assignWork(const Matrix& x, std::size_t centers) {
  return static_cast<double>(x.rows()) * x.columns() * centers;
}

}  // namespace

std::unique_ptr<Operation> assignOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  std::vector<float> centers = Argument(info[2], "centers").finiteRows<float>(x->columns());
  const double work = assignWork(*x, centers.size() / x->columns());
  return makeOperation(
      work, [x, centers = std::move(centers)](Context& context) { return assign(context, *x, centers); },
      [](Napi::Env env, const Assignment& assignment) {
        Napi::Object answer = Napi::Object::New(env);
        setAssignment(answer, assignment);
        return answer;
      });
}

std::unique_ptr<Operation> kMeansPlusPlusOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  KMeansPlusPlusOptions options;
  options.nClusters = given["nClusters"].count(1, x->rows());
  options.nLocalTrials = given["nLocalTrials"].count(1);
  return makeDrawingOperation(
      assignWork(*x, options.nClusters) * options.nLocalTrials, randomStateOf(given["randomState"]),
      [x, options](Context& context, RandomState& random) {
        return kMeansPlusPlus(context, *x, options, random);
      },
      [](Napi::Object answer, const KMeansPlusPlusResult& chosen) {
        answer["indices"] = toTypedArray(answer.Env(), chosen.indices);
        answer["centers"] = toTypedArray(answer.Env(), chosen.centers);
      });
}

std::unique_ptr<Operation> kMeansOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  KMeansOptions options;
  options.nClusters = given["nClusters"].count(1, x->rows());
  options.init = initOf(given["init"], options.nClusters, x->columns());
  options.nInit = given["nInit"].count(1);
  options.maxIter = given["maxIter"].count(1);
  options.tol = given["tol"].number(0, kInfinity);
  return makeDrawingOperation(
      assignWork(*x, options.nClusters) * options.nInit * options.maxIter,
      randomStateOf(given["randomState"]),
      [x, options = std::move(options)](Context& context, RandomState& random) {
        return kMeans(context, *x, options, random);
      },
      [](Napi::Object answer, const KMeansResult& fit) {
        answer["centers"] = toTypedArray(answer.Env(), fit.centers);
        setAssignment(answer, fit.assignment);
        answer["nIter"] = fit.nIter;
        answer["converged"] = fit.converged;
      });
}

std::unique_ptr<Operation> miniBatchKMeansOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  MiniBatchKMeansOptions options;
  options.nClusters = given["nClusters"].count(1, x->rows());
  options.init = initOf(given["init"], options.nClusters, x->columns());
  options.nInit = given["nInit"].count(1);
  options.initSize = given["initSize"].count(1, x->rows());
  options.batchSize = given["batchSize"].count(1);
  options.maxIter = given["maxIter"].count(1);
  options.tol = given["tol"].number(0, kInfinity);
  options.maxNoImprovement = given["maxNoImprovement"].number(0, kInfinity);
  options.reassignmentRatio = given["reassignmentRatio"].number(0, kInfinity);
  return makeDrawingOperation(
      assignWork(*x, options.nClusters) * options.maxIter, randomStateOf(given["randomState"]),
      [x, options = std::move(options)](Context& context, RandomState& random) {
        return miniBatchKMeans(context, *x, options, random);
      },
      [](Napi::Object answer, const MiniBatchKMeansResult& fit) {
        answer["centers"] = toTypedArray(answer.Env(), fit.centers);
        answer["counts"] = toTypedArray(answer.Env(), fit.counts);
        setAssignment(answer, fit.assignment);
        answer["nSteps"] = fit.nSteps;
        answer["nIter"] = fit.nIter;
      });
}

std::unique_ptr<Operation> miniBatchKMeansStepOperation(const Napi::CallbackInfo& info) {
  struct Step {
    std::vector<float> centers;
    std::vector<double> counts;
    Assignment assignment{};
  };
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  Step begun;
  begun.centers = given["centers"].finiteRows<float>(x->columns());
  const std::size_t nClusters = begun.centers.size() / x->columns();
  begun.counts = given["counts"].finiteRows<double>(1, nClusters);
  MiniBatchStepOptions options;
  options.reassign = given["reassign"].boolean();
  options.reassignmentRatio = given["reassignmentRatio"].number(0, kInfinity);
  return makeDrawingOperation(
      assignWork(*x, nClusters), randomStateOf(given["randomState"]),
      [x, options, step = std::move(begun)](Context& context, RandomState& random) mutable {
        step.assignment = miniBatchKMeansStep(context, *x, options, step.centers, step.counts, random);
        return std::move(step);
      },
      [](Napi::Object answer, const Step& step) {
        answer["centers"] = toTypedArray(answer.Env(), step.centers);
        answer["counts"] = toTypedArray(answer.Env(), step.counts);
        setAssignment(answer, step.assignment);
      });
}

}  // namespace handful::binding
