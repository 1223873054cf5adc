#include "search/nearest.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "clustering/assignment.h"
#include "plain_search.h"
#include "search/center_index.h"
#include "search/distances.h"
#include "support.h"

using namespace handful;

TEST_CASE("nearest gives what the plain float64 loop gives, for bytes, floats and both") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const bool xBytes : {true, false}) {
      for (const bool queryBytes : {true, false}) {
        const Matrix x = blobs(700, 37, xBytes, 1), queries = blobs(150, 37, queryBytes, 2);
        for (const std::size_t k : {std::size_t{1}, std::size_t{12}, x.rows()}) {
          checkAgainstPlainLoop(kernels, x, queries, k);
        }
      }
    }
  });
}

TEST_CASE("nearest shares out queries where there are many, and one row or query is enough") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix one = blobs(1, 5, false, 3), few = blobs(20, 5, false, 4), many = blobs(1200, 5, false, 5);
    checkAgainstPlainLoop(kernels, one, many, 1);
    checkAgainstPlainLoop(kernels, few, many, 3);
    checkAgainstPlainLoop(kernels, many, one, 7);
  });
}

TEST_CASE("nearest takes duplicates in the order of their rows") {
  onEachInstructionSet([](const Kernels& kernels) {
    std::vector<float> rows;
    for (int i = 0; i < 400; i++) rows.insert(rows.end(), {static_cast<float>(i % 3), 1.0f});
    checkAgainstPlainLoop(kernels, floats(rows, 2), floats({0.9f, 1.0f, 1.5f, 1.0f}, 2), 200);
  });
}

TEST_CASE("nearest decides what floats can't tell apart: far from the origin, differing in the last bit") {
  onEachInstructionSet([](const Kernels& kernels) {
    std::vector<float> rows;
    float value = 1000.0f;
    for (int i = 0; i < 300; i++) {
      rows.insert(rows.end(), {value, 1000.0f, -1000.0f});
      value = std::nextafter(value, i % 2 ? 0.0f : 2000.0f);
    }
    checkAgainstPlainLoop(kernels, floats(rows, 3),
                          floats({1000.0f, 1000.0f, -1000.0f, 999.0f, 0.0f, 1.0f}, 3), 25);
  });
}

TEST_CASE("nearest decides between centres that rounding to whole steps makes equal") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix x = blobs(300, 100, true, 9);
    std::vector<float> centers;
    for (int j = 0; j < 40; j++) {
      for (std::size_t c = 0; c < 100; c++) {
        // One column apart, by less than any step.
        const float shift = c == static_cast<std::size_t>(j) ? 1e-6f : 0.0f;
        centers.push_back(static_cast<float>(valueOf(x, 0, c)) + shift);
      }
    }
    checkAgainstPlainLoop(kernels, x, floats(centers, 100), 3);
    checkAssignment(kernels, x, centers);
  });
}

TEST_CASE("nearest holds where squares overflow or underflow floats") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const float size : {1e30f, 1e18f, 1e-25f, 1e-38f}) {
      std::vector<float> rows;
      for (int i = 0; i < 90; i++) rows.insert(rows.end(), {size * static_cast<float>(i * 7 % 90), size});
      checkAgainstPlainLoop(kernels, floats(rows, 2), floats({size * 13.3f, 0.0f, size, size}, 2), 5);
    }
  });
}

TEST_CASE("the nearest centre is what the plain float64 loop finds, ties to the lowest") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const bool bytes : {true, false}) {
      for (const std::size_t nCenters : {1, 2, 33, 200}) {
        const Matrix x = blobs(500, 61, bytes, 6);
        std::vector<float> centers;
        for (std::size_t j = 0; j < nCenters; j++) {
          // Every third centre stands there twice.
          const std::size_t row = j % 3 == 2 ? j - 1 : j;
          for (std::size_t c = 0; c < 61; c++) centers.push_back(static_cast<float>(valueOf(x, row, c)));
        }
        checkAssignment(kernels, x, centers);
      }
    }
  });
}

TEST_CASE("pairwise distances are accurate to a float, for every metric, scales mixed") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const bool yBytes : {true, false}) {
      const Matrix x = blobs(70, 29, true, 7), y = blobs(65, 29, yBytes, 8);
      for (const Metric metric : {Metric::kEuclidean, Metric::kSquaredEuclidean, Metric::kCosine}) {
        Run run(kernels);
        std::vector<float> out(x.rows() * y.rows());
        pairwiseDistances(run.context, x, y, metric, out.data());
        double worst = 0;
        for (std::size_t i = 0; i < x.rows(); i++) {
          for (std::size_t j = 0; j < y.rows(); j++) {
            double product = 0, xx = 0, yy = 0, squared = 0;
            for (std::size_t c = 0; c < x.columns(); c++) {
              const double a = valueOf(x, i, c), b = valueOf(y, j, c);
              product += a * b;
              xx += a * a;
              yy += b * b;
              squared += (a - b) * (a - b);
            }
            const double expected = metric == Metric::kCosine      ? 1 - product / std::sqrt(xx * yy)
                                    : metric == Metric::kEuclidean ? std::sqrt(squared)
                                                                   : squared;
            worst = std::max(worst, std::abs(out[i * y.rows() + j] - expected) / expected);
          }
        }
        CHECK(worst < 2e-6);
      }
    }
  });
}
