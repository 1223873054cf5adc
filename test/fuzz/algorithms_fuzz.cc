// libFuzzer's target: every algorithm on matrices of any small shape and any values, under sanitizers, each
// answer held against what must be true of it. Built with HANDFUL_FUZZ, run by `npm run test:fuzz`.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "clustering/assignment.h"
#include "clustering/k_means.h"
#include "clustering/k_means_plus_plus.h"
#include "clustering/mini_batch_k_means.h"
#include "dispatch.h"
#include "features/patch_codebook.h"
#include "features/patch_features.h"
#include "features/principal_components.h"
#include "features/row_transforms.h"
#include "graph/sparse_product.h"
#include "graph/spread_labels.h"
#include "linear/linear.h"
#include "linear/logistic_regression.h"
#include "matrix/column_statistics.h"
#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"
#include "search/distances.h"
#include "search/exact_distance.h"
#include "search/farthest_first.h"
#include "search/nearest.h"
#include "search/neighbor_graph.h"

namespace handful {
namespace {

/// Ends the process, for libFuzzer to keep the input, where something does not hold.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "wrong: %s\n", what);
  std::abort();
}

template <typename Values>
bool allFinite(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// What one case is made of.
class Case {
 public:
  Case(const std::uint8_t* data, std::size_t size) : given_(data, size) {}

  std::size_t count(std::size_t low, std::size_t high) { return given_.ConsumeIntegralInRange(low, high); }
  bool flip() { return given_.ConsumeBool(); }
  template <typename T>
  T oneOf(std::initializer_list<T> choices) {
    return *(choices.begin() + static_cast<std::ptrdiff_t>(count(0, choices.size() - 1)));
  }

  /// The kernels of any instruction set of this processor.
  const Kernels& kernels() {
    std::vector<const Kernels*> supported;
    for (const InstructionSetInfo& set : instructionSets()) {
      if (set.kernels) supported.push_back(set.kernels);
    }
    return *supported[count(0, supported.size() - 1)];
  }

  /// Rows of bytes or of floats, ordinary ones or the most unlucky; as the library sees to, none of which a
  /// scale takes out of the range of single precision.
  Matrix matrix(std::size_t rows, std::size_t columns) {
    if (flip()) {
      std::vector<std::uint8_t> bytes = given_.ConsumeBytes<std::uint8_t>(rows * columns);
      bytes.resize(rows * columns, 7);
      return Matrix(bytes.data(), rows, columns, oneOf({1 / 255.0, 1.0, 1e-30, 1e30}));
    }
    const std::vector<float> values = floats(rows * columns);
    const double scale = oneOf({1.0, 1.0, 1 / 255.0, 1e-30, 1e30});
    const bool isHeld = std::all_of(values.begin(), values.end(), [scale](float value) {
      return std::abs(value) * scale <= std::numeric_limits<float>::max();
    });
    return Matrix(values.data(), rows, columns, isHeld ? scale : 1.0);
  }

  std::vector<float> floats(std::size_t size) {
    const std::size_t kind = count(0, 5);
    std::vector<float> values(size);
    for (float& value : values) {
      switch (kind) {
        case 0:  // Few different ones: duplicates and ties.
          value = static_cast<float>(count(0, 3));
          break;
        case 1:
          value = static_cast<float>(count(0, 255)) / 255.0f - 0.5f;
          break;
        case 2:  // Far from zero, close to one another.
          value = 1e6f + static_cast<float>(count(0, 255)) / 16.0f;
          break;
        case 3:
          value = oneOf({0.0f, -0.0f, 1e30f, -1e30f, 1e-40f, std::numeric_limits<float>::max(),
                         std::numeric_limits<float>::denorm_min(), 1.0f});
          break;
        case 4:
          value = oneOf({1e-6f, 1e6f, -1e6f, 1.0f}) * static_cast<float>(count(0, 15));
          break;
        default:
          value = given_.ConsumeFloatingPointInRange(std::numeric_limits<float>::lowest() / 2,
                                                     std::numeric_limits<float>::max() / 2);
      }
    }
    return values;
  }

  RandomState random() {
    std::vector<std::uint32_t> words(RandomState::kWords, static_cast<std::uint32_t>(count(0, 1 << 20)));
    for (std::uint32_t i = 1; i < 624; i++) {
      words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
    }
    words.back() = 624;
    return RandomState(words.data());
  }

 private:
  FuzzedDataProvider given_;
};

void requireNearest(const Matrix& x, const Matrix& queries, std::size_t k, const Neighbors& found,
                    bool leaveItselfOut) {
  for (std::size_t q = 0; q < queries.rows(); q++) {
    std::vector<std::pair<double, std::int32_t>> all;
    for (std::size_t i = 0; i < x.rows(); i++) {
      if (leaveItselfOut && i == q) continue;
      all.push_back({exactSquaredDistance(x, i, queries, q), static_cast<std::int32_t>(i)});
    }
    std::sort(all.begin(), all.end());
    for (std::size_t j = 0; j < k; j++) {
      require(found.indices[q * k + j] == all[j].second, "a neighbour");
      require(found.distances[q * k + j] == std::sqrt(all[j].first), "a neighbour's distance");
    }
  }
}

/// Every row has a label, and a nearest one; the inertia is a number.
void requireAssignment(const Matrix& x, const std::vector<float>& centers, const Assignment& assignment) {
  const std::size_t nClusters = centers.size() / x.columns();
  require(assignment.labels.size() == x.rows(), "the number of labels");
  for (std::size_t i = 0; i < x.rows(); i++) {
    double least = std::numeric_limits<double>::infinity();
    std::size_t nearestCenter = 0;
    for (std::size_t c = 0; c < nClusters; c++) {
      const double distance = exactSquaredDistance(x, i, centers.data() + c * x.columns());
      if (distance < least) least = distance, nearestCenter = c;
    }
    require(static_cast<std::size_t>(assignment.labels[i]) == nearestCenter, "a label");
  }
  require(assignment.inertia >= 0, "the inertia");
}

void search(Case& given, Context& context, const Matrix& x) {
  const Matrix queries = given.matrix(given.count(1, 12), x.columns());
  const std::size_t k = given.count(1, x.rows());
  requireNearest(x, queries, k, nearest(context, x, queries, k), false);
}

void graph(Case& given, Context& context, const Matrix& x) {
  if (x.rows() < 2) return;
  const std::size_t k = given.count(1, x.rows() - 1);
  requireNearest(x, x, k, neighborGraph(context, x, k), true);
}

void distances(Case& given, Context& context, const Matrix& x) {
  const Matrix y = given.matrix(given.count(1, 12), x.columns());
  const Metric metric = given.oneOf({Metric::kEuclidean, Metric::kSquaredEuclidean, Metric::kCosine});
  std::vector<float> out(x.rows() * y.rows());
  pairwiseDistances(context, x, y, metric, out.data());
  for (std::size_t i = 0; i < x.rows(); i++) {
    for (std::size_t j = 0; j < y.rows(); j++) {
      const double found = out[i * y.rows() + j];
      require(found >= 0, "a distance");
      if (metric == Metric::kCosine) {
        require(found <= 2.0001, "a cosine distance");
        continue;
      }
      const double squared = exactSquaredDistance(x, i, y, j);
      const double expected = metric == Metric::kEuclidean ? std::sqrt(squared) : squared;
      if (expected > std::numeric_limits<float>::max() || expected < 1e-37) continue;
      require(std::abs(found - expected) <= 1e-5 * expected, "a distance's accuracy");
    }
  }
}

void assignment(Case& given, Context& context, const Matrix& x) {
  const std::vector<float> centers = given.floats(given.count(1, 20) * x.columns());
  requireAssignment(x, centers, assign(context, x, centers));
}

void clustering(Case& given, Context& context, const Matrix& x) {
  RandomState random = given.random();
  const std::size_t nClusters = given.count(1, x.rows());
  KMeansInit init{
      given.oneOf({KMeansInit::Method::kPlusPlus, KMeansInit::Method::kRandom, KMeansInit::Method::kGiven}),
      {}};
  if (init.method == KMeansInit::Method::kGiven) init.centers = given.floats(nClusters * x.columns());
  // From given centres there is one start.
  const std::size_t nInit = init.method == KMeansInit::Method::kGiven ? 1 : given.count(1, 3);
  if (given.flip()) {
    const KMeansOptions options{nClusters, init, nInit, given.count(1, 12), given.oneOf({0.0, 1e-4, 1.0})};
    const KMeansResult fit = kMeans(context, x, options, random);
    require(fit.centers.size() == nClusters * x.columns(), "the number of centres");
    require(fit.nIter <= options.maxIter, "the number of iterations");
    require(fit.assignment.inertia >= 0, "the inertia");
    return;
  }
  const MiniBatchKMeansOptions options{nClusters,
                                       init,
                                       nInit,
                                       given.count(nClusters, x.rows()),
                                       given.count(1, 64),
                                       given.count(1, 6),
                                       given.oneOf({0.0, 1e-4}),
                                       given.oneOf({10.0, std::numeric_limits<double>::infinity()}),
                                       given.oneOf({0.0, 0.01, 1.0})};
  const MiniBatchKMeansResult fit = miniBatchKMeans(context, x, options, random);
  require(fit.assignment.labels.size() == x.rows(), "the number of labels");
  require(fit.assignment.inertia >= 0, "the inertia");
}

void choosing(Case& given, Context& context, const Matrix& x) {
  if (given.flip()) {
    RandomState random = given.random();
    const KMeansPlusPlusOptions options{given.count(1, x.rows()), given.count(1, 4)};
    const KMeansPlusPlusResult chosen = kMeansPlusPlus(context, x, options, random);
    require(chosen.indices.size() == options.nClusters, "the number of rows chosen");
    for (const std::int32_t row : chosen.indices) {
      require(row >= 0 && static_cast<std::size_t>(row) < x.rows(), "a row chosen");
    }
    return;
  }
  const std::vector<std::int32_t> first(1, static_cast<std::int32_t>(given.count(0, x.rows() - 1)));
  if (x.rows() < 2) return;
  const FarthestRows farthest = farthestFirst(context, x, first, given.count(1, x.rows() - 1));
  std::set<std::int32_t> seen(first.begin(), first.end());
  for (std::size_t i = 0; i < farthest.indices.size(); i++) {
    require(seen.insert(farthest.indices[i]).second, "a row chosen twice");
    require(i == 0 || farthest.distances[i] <= farthest.distances[i - 1], "distances that grow");
  }
}

void regression(Case& given, Context& context, const Matrix& x) {
  LogisticRegressionOptions options;
  options.nClasses = given.count(1, 4);
  if (given.flip()) {
    for (std::size_t i = 0; i < x.rows(); i++) {
      options.labels.push_back(static_cast<std::int32_t>(given.count(0, options.nClasses - 1)));
    }
  } else {
    std::vector<float> targets;
    for (std::size_t i = 0; i < x.rows(); i++) {
      const float share = static_cast<float>(given.count(0, 8)) / 8.0f;
      for (std::size_t c = 0; c < options.nClasses; c++) {
        targets.push_back(options.nClasses == 1 ? 1.0f : c == 0 ? share : c == 1 ? 1 - share : 0.0f);
      }
    }
    options.setTargets(std::move(targets));
  }
  if (given.flip()) {
    for (std::size_t i = 0; i < x.rows(); i++) {
      options.sampleWeight.push_back(i == 0 ? 1.0 : given.oneOf({0.0, 1.0, 1e-9, 1e9}));
    }
  }
  options.C = given.oneOf({1.0, 1e-6, 1e12, std::numeric_limits<double>::infinity()});
  options.fitIntercept = given.flip();
  options.solver = given.oneOf({Solver::kPreconditionedLbfgs, Solver::kLbfgs, Solver::kGradientDescent});
  options.maxIter = given.count(0, 40);
  options.tol = given.oneOf({0.0, 1e-6, 1e-2});
  const LogisticRegressionResult fit = fitLogisticRegression(context, x, options);
  require(fit.nIter <= options.maxIter, "the number of iterations");
  const bool stoppedWell =
      fit.stopReason == StopReason::kTolerance || fit.stopReason == StopReason::kOneClass;
  require(fit.converged == stoppedWell, "the reason to stop");
  require(fit.coef.size() == options.nClasses * x.columns(), "the number of coefficients");
  require(!fit.converged || options.nClasses == 1 || fit.maxGradient <= options.tol,
          "a fit that says it converged");
  require(!std::isnan(fit.loss) || !fit.converged, "the loss of a fit that says it converged");
}

void lines(Case& given, Context& context, const Matrix& x) {
  const std::size_t outputs = given.count(1, 9);
  LinearModel model{given.floats(outputs * x.columns()), {}, {}};
  for (std::size_t i = 0; i < outputs; i++) model.intercept.push_back(given.oneOf({0.0, 1.0, -3.0}));
  if (given.flip()) model.center.assign(x.columns(), 0.5);
  std::vector<float> out(x.rows() * outputs);
  linear(context, x, model, given.oneOf({LinearOutput::kDecision, LinearOutput::kProbability}), out.data());
}

void transforms(Case& given, Context& context, const Matrix& x) {
  std::vector<float> out(x.rows() * x.columns());
  normalizeRows(context, x, given.oneOf({Norm::kL1, Norm::kL2, Norm::kMax}), out.data());
  for (const float value : out) require(std::abs(value) <= 1.0001f, "a normalised value");
  const ColumnStatistics statistics = columnStatistics(context, x);
  for (const double variance : statistics.variance) require(variance >= 0, "a variance");
  for (const double scale : statistics.scale) require(scale > 0, "a scale");
  scaleColumns(context, x, statistics.mean, statistics.scale, out.data());
  require(allFinite(out), "a scaled value");
}

void components(Case& given, Context& context, const Matrix& x) {
  if (x.rows() < 2) return;
  const std::size_t most = std::min(x.rows(), x.columns());
  const PrincipalComponentsOptions options{
      given.count(1, most), given.oneOf({0.5, 1.0, std::numeric_limits<double>::infinity()}), given.flip()};
  const PrincipalComponents found = principalComponents(context, x, options);
  require(found.explainedVariance.size() <= options.nComponents, "the number of components");
  require(found.components.size() == found.explainedVariance.size() * x.columns(), "the components");
  require(allFinite(found.components), "a component");
}

SparseRows graphOf(Case& given, std::size_t rows) {
  SparseRows sparse;
  sparse.indptr.push_back(0);
  for (std::size_t row = 0; row < rows; row++) {
    for (std::size_t entry = given.count(0, 4); entry > 0; entry--) {
      sparse.indices.push_back(static_cast<std::int32_t>(given.count(0, rows - 1)));
      sparse.data.push_back(given.oneOf({0.0, 0.25, 0.1, 1.0}));
    }
    sparse.indptr.push_back(static_cast<std::int32_t>(sparse.indices.size()));
  }
  return sparse;
}

void spreading(Case& given, Context& context, const Matrix& x) {
  const SparseRows sparse = graphOf(given, x.rows());
  if (given.flip()) {
    std::vector<float> out(x.rows() * x.columns());
    sparseProduct(context, sparse, x, out.data());
    return;
  }
  SpreadLabelsOptions options{
      given.count(1, 4), {}, given.oneOf({0.0, 0.5, 0.99}), 1e-6, given.oneOf({0.0, 1e-5, 1e300}),
      given.count(0, 50)};
  for (std::size_t i = 0; i < x.rows() * options.nClasses; i++) {
    options.start.push_back(given.oneOf({0.0, 0.0, 1.0}));
  }
  const SpreadLabelsResult spread = spreadLabels(context, sparse, options);
  require(spread.nIter <= options.maxIter * x.rows(), "the number of iterations");
}

void patches(Case& given, Context& context, const Matrix&) {
  PatchGeometry geometry{};
  geometry.height = given.count(1, 6);
  geometry.width = given.count(1, 6);
  geometry.channels = given.count(1, 3);
  geometry.patchSize = given.count(1, std::min(geometry.height, geometry.width));
  geometry.stride = given.count(1, 3);
  const Matrix images = given.matrix(given.count(1, 12), geometry.columns());
  PatchLearningOptions options{};
  options.geometry = geometry;
  options.nClusters = given.count(1, 6);
  options.nPatches = given.count(options.nClusters, 60);
  options.maxIter = given.count(1, 4);
  options.minContrast = given.oneOf({0.0, 0.05});
  options.contrastEpsilon = given.oneOf({0.0, 0.01});
  options.whiteningEpsilon = given.oneOf({1e-6, 0.1});
  RandomState random = given.random();
  try {
    const PatchLearningResult learned = learnPatches(context, images, options, random);
    const std::size_t gridSize = given.count(1, std::min(geometry.down(), geometry.across()));
    std::vector<float> out(images.rows() * gridSize * gridSize * options.nClusters);
    patchFeatures(context, images, {geometry, gridSize, given.flip(), options.contrastEpsilon},
                  learned.codebook, out.data());
    for (const float value : out) require(!(value < 0), "a feature");
  } catch (const TooFewPatches&) {
    // One of the two right answers.
  }
}

}  // namespace
}  // namespace handful

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace handful;
  // Threads are started once: that takes longer than most cases.
  static ThreadPool alone(1), pair(2);
  Case given(data, size);
  Job job;
  // A second thread takes longer to wake than most cases take.
  Context context{given.kernels(), given.count(0, 15) == 15 ? pair : alone, job};
  const Matrix x = given.matrix(given.count(1, 40), given.count(1, given.flip() ? 4 : 40));
  static constexpr void (*kTargets[])(Case&, Context&, const Matrix&) = {
      search,     graph, distances,  assignment, clustering, choosing,
      regression, lines, transforms, components, spreading,  patches};
  kTargets[given.count(0, std::size(kTargets) - 1)](given, context, x);
  return 0;
}
