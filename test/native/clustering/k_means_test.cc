#include "clustering/k_means.h"

#include <set>

#include "clustering/k_means_plus_plus.h"
#include "clustering/mini_batch_k_means.h"
#include "support.h"

using namespace handful;

namespace {

MiniBatchKMeansOptions miniBatch(std::size_t nClusters) {
  return {nClusters, {KMeansInit::Method::kPlusPlus, {}}, 3, 300, 256, 100, 0, 10, 0.01};
}

}  // namespace

TEST_CASE("mini-batch k-means is the same bits for any number of threads") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const bool bytes : {true, false}) {
      const Matrix x = blobs(3000, 50, bytes, 1);
      Run one(kernels, 1);
      RandomState random = seeded(42);
      const MiniBatchKMeansResult expected = miniBatchKMeans(one.context, x, miniBatch(20), random);
      for (const unsigned threads : {2u, 3u}) {
        Run several(kernels, threads);
        RandomState again = seeded(42);
        const MiniBatchKMeansResult result = miniBatchKMeans(several.context, x, miniBatch(20), again);
        CHECK(result.centers == expected.centers);
        CHECK(result.counts == expected.counts);
        CHECK(result.assignment.labels == expected.assignment.labels);
        CHECK(result.assignment.inertia == expected.assignment.inertia);
        CHECK(again.words() == random.words());
      }
    }
  });
}

TEST_CASE("every instruction set takes the same steps to the same labels") {
  const Matrix x = blobs(2000, 40, true, 2);
  std::vector<std::int32_t> labels;
  std::size_t steps = 0;
  onEachInstructionSet([&](const Kernels& kernels) {
    Run run(kernels);
    RandomState random = seeded(7);
    const MiniBatchKMeansResult result = miniBatchKMeans(run.context, x, miniBatch(15), random);
    if (labels.empty()) {
      labels = result.assignment.labels;
      steps = result.nSteps;
    }
    CHECK(result.assignment.labels == labels);
    CHECK(result.nSteps == steps);
  });
}

TEST_CASE("Lloyd's k-means finds the blobs there are, and never leaves a cluster empty") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix x = blobs(600, 12, false, 3, 6);
    Run run(kernels);
    RandomState random = seeded(1);
    const KMeansOptions options{6, {KMeansInit::Method::kPlusPlus, {}}, 4, 300, 1e-4};
    const KMeansResult result = kMeans(run.context, x, options, random);
    CHECK(result.converged);
    CHECK(std::set(result.assignment.labels.begin(), result.assignment.labels.end()).size() == 6);
    // Rows scatter by 15 / 255 in each column around their centre.
    const double variance = result.assignment.inertia / (600.0 * 12);
    CHECK(variance == doctest::Approx(15.0 * 15 / (255.0 * 255)).epsilon(0.1));
  });
}

TEST_CASE("a given centre that no row is nearest to moves to the row farthest from its own") {
  onEachInstructionSet([](const Kernels& kernels) {
    const std::vector<float> rows{0, 1, 2, 3, 50};
    const Matrix x(rows.data(), 5, 1, 1.0);
    Run run(kernels);
    RandomState random = seeded(1);
    const KMeansOptions options{2, {KMeansInit::Method::kGiven, {1.0f, 1000.0f}}, 1, 300, 0};
    const KMeansResult result = kMeans(run.context, x, options, random);
    CHECK(result.centers == std::vector<float>{1.5f, 50.0f});
    CHECK(result.assignment.labels == std::vector<std::int32_t>{0, 0, 0, 0, 1});
  });
}

TEST_CASE("k-means++ never chooses a row twice while others differ, and survives rows that are all equal") {
  onEachInstructionSet([](const Kernels& kernels) {
    Run run(kernels);
    RandomState random = seeded(3);
    const Matrix x = blobs(40, 8, true, 4);
    const KMeansPlusPlusResult all = kMeansPlusPlus(run.context, x, {40, 5}, random);
    CHECK(std::set(all.indices.begin(), all.indices.end()).size() == 40);
    const std::vector<float> equal(30, 2.0f);
    const Matrix same(equal.data(), 10, 3, 1.0);
    const KMeansPlusPlusResult chosen = kMeansPlusPlus(run.context, same, {3, 2}, random);
    CHECK(chosen.centers == std::vector<float>(9, 2.0f));
  });
}

TEST_CASE("a cancelled job ends with Cancelled") {
  onEachInstructionSet([](const Kernels& kernels) {
    Run run(kernels);
    RandomState random = seeded(3);
    run.job.cancel();
    const Matrix x = blobs(400, 8, true, 4);
    CHECK_THROWS_AS(miniBatchKMeans(run.context, x, miniBatch(5), random), Cancelled);
  });
}
