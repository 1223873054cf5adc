#include <limits>
#include <optional>

#include "arguments.h"
#include "drawing_operation.h"
#include "features/patch_codebook.h"
#include "features/patch_features.h"
#include "linear_arguments.h"
#include "operations.h"
#include "rows_operation.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();
/// Below it rounding could take a covariance for an indefinite one.
constexpr double kLeastWhiteningEpsilon = 1e-6;

/// The geometry among the options, of images that are the rows of x.
PatchGeometry geometryOf(const Argument& given, const Matrix& x) {
  PatchGeometry geometry{};
  geometry.height = given["height"].count(1, x.columns());
  geometry.width = given["width"].count(1, x.columns() / geometry.height);
  const Argument channels = given["channels"];
  geometry.channels = channels.count(1);
  if (x.columns() % geometry.height != 0 || x.columns() / geometry.height % geometry.width != 0 ||
      geometry.channels != x.columns() / geometry.height / geometry.width) {
    throw channels.refusal("columns of x / height / width");
  }
  geometry.patchSize = given["patchSize"].count(1, std::min(geometry.height, geometry.width));
  geometry.stride = given["stride"].count(1);
  return geometry;
}

}  // namespace

std::unique_ptr<Operation> learnPatchesOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  PatchLearningOptions options{};
  options.geometry = geometryOf(given, *x);
  options.nClusters = given["nClusters"].count(1);
  options.nPatches = given["nPatches"].count(options.nClusters);
  options.maxIter = given["maxIter"].count(1);
  options.minContrast = given["minContrast"].number(0, kMax);
  options.contrastEpsilon = given["contrastEpsilon"].number(0, kMax);
  options.whiteningEpsilon = given["whiteningEpsilon"].number(kLeastWhiteningEpsilon, kMax);
  const double products =
      static_cast<double>(options.nPatches) * options.geometry.depth() * options.nClusters;
  return makeDrawingOperation(
      products * options.maxIter, randomStateOf(given["randomState"]),
      [x, options](Context& context, RandomState& random) {
        return learnPatches(context, *x, options, random);
      },
      [](Napi::Object answer, const PatchLearningResult& learned) {
        const Napi::Env env = answer.Env();
        answer["mean"] = toTypedArray(env, learned.codebook.whitening.mean);
        answer["whitening"] = toTypedArray(env, learned.codebook.whitening.matrix);
        answer["centers"] = toTypedArray(env, learned.codebook.centers);
        answer["nPatches"] = learned.nPatches;
        answer["nIter"] = learned.nIter;
        answer["inertia"] = learned.inertia;
      });
}

std::unique_ptr<Operation> patchFeaturesOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "options");
  PatchFeaturesOptions options{};
  options.geometry = geometryOf(given, *x);
  const PatchGeometry& geometry = options.geometry;
  options.gridSize = given["gridSize"].count(1, std::min(geometry.down(), geometry.across()));
  options.squareRoot = given["squareRoot"].boolean();
  options.contrastEpsilon = given["contrastEpsilon"].number(0, kMax);
  const std::size_t depth = geometry.depth();
  PatchCodebook codebook;
  codebook.whitening.mean = given["mean"].finiteRows<double>(1, depth);
  codebook.whitening.matrix = given["whitening"].finiteRows<double>(depth, depth);
  codebook.centers = given["centers"].finiteRows<float>(depth);
  const std::size_t nClusters = codebook.centers.size() / depth;
  const std::size_t nFeatures = options.gridSize * options.gridSize * nClusters;
  std::optional<LinearModel> projection;
  const Argument model(info[3], "projection");
  if (model.given()) projection = linearModel(model, nFeatures);
  const std::size_t outputs = projection ? projection->intercept.size() : nFeatures;
  const double products = static_cast<double>(geometry.positions()) * depth * (depth + nClusters) +
                          static_cast<double>(projection ? projection->coef.size() : 0);
  return makeRowsOperation(x->rows(), outputs, products * x->rows(),
                           [x, options, codebook = std::move(codebook), projection = std::move(projection)](
                               Context& context, float* out) {
                             if (projection) {
                               projectedPatchFeatures(context, *x, options, codebook, *projection, out);
                             } else {
                               patchFeatures(context, *x, options, codebook, out);
                             }
                           });
}

}  // namespace handful::binding
