#include "search/neighbor_graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "support.h"

using namespace handful;

namespace {

/// The graph that the plain loop finds.
Neighbors plainGraph(const Matrix& x, std::size_t k) {
  Neighbors graph;
  for (std::size_t row = 0; row < x.rows(); row++) {
    std::vector<std::pair<double, std::int32_t>> others;
    for (std::size_t other = 0; other < x.rows(); other++) {
      if (other == row) continue;
      others.emplace_back(plainSquaredDistance(x, other, x, row), static_cast<std::int32_t>(other));
    }
    std::sort(others.begin(), others.end());
    for (std::size_t i = 0; i < k; i++) {
      graph.indices.push_back(others[i].second);
      graph.distances.push_back(std::sqrt(others[i].first));
    }
  }
  return graph;
}

void checkAgainstPlainLoop(const Matrix& x, std::size_t k) {
  const Neighbors expected = plainGraph(x, k);
  onEachInstructionSet([&](const Kernels& kernels) {
    for (const unsigned threads : {1u, 3u}) {
      Run run(kernels, threads);
      const Neighbors graph = neighborGraph(run.context, x, k);
      CHECK(graph.indices == expected.indices);
      CHECK(graph.distances == expected.distances);
    }
  });
}

}  // namespace

TEST_CASE("the neighbour graph is what the plain float64 loop gives, for bytes and floats") {
  for (const bool bytes : {true, false}) {
    const Matrix x = blobs(600, 37, bytes, 1);
    for (const std::size_t k : {std::size_t{1}, std::size_t{10}, x.rows() - 1}) checkAgainstPlainLoop(x, k);
  }
}

TEST_CASE("the neighbour graph of two rows, and of columns in more than one slice") {
  checkAgainstPlainLoop(blobs(2, 5, false, 2), 1);
  checkAgainstPlainLoop(blobs(220, 1100, false, 3), 4);
  checkAgainstPlainLoop(blobs(220, 1100, true, 4), 4);
}

TEST_CASE("the neighbour graph takes duplicates in the order of their rows") {
  std::vector<float> few, one(2 * 420, 1.1f);
  for (int i = 0; i < 420; i++) few.insert(few.end(), {static_cast<float>(i % 3), 1.0f});
  for (const std::size_t k : {1, 10, 200}) {
    checkAgainstPlainLoop(floats(few, 2), k);
    checkAgainstPlainLoop(floats(one, 2), k);
  }
}

TEST_CASE("the neighbour graph decides between rows that are equally far") {
  std::vector<float> corners;
  for (int i = 0; i < 420; i++) {
    for (int c = 0; c < 12; c++) corners.push_back(c == i % 12 ? 0.3f : 0.0f);
  }
  checkAgainstPlainLoop(floats(corners, 12), 50);
}

TEST_CASE(
    "the neighbour graph tells apart what a grid can't: rows that differ in the last bit, dense clusters") {
  std::vector<float> far, dense;
  float value = 1000.0f;
  for (int i = 0; i < 420; i++) {
    far.insert(far.end(), {value, 1000.0f, -1000.0f});
    value = std::nextafter(value, i % 2 ? 0.0f : 2000.0f);
    dense.insert(dense.end(), {static_cast<float>(i % 2), 1e-7f * static_cast<float>(i * 37 % 420)});
  }
  checkAgainstPlainLoop(floats(far, 3), 25);
  checkAgainstPlainLoop(floats(dense, 2), 8);
}

TEST_CASE(
    "the neighbour graph holds where a row lies far out, and where squares overflow or underflow floats") {
  for (const float outlier : {3e5f, 1e30f}) {
    std::vector<float> rows;
    for (int i = 0; i < 420; i++) rows.insert(rows.end(), {static_cast<float>(i * 7 % 420), 1.0f});
    rows[40] = outlier;
    checkAgainstPlainLoop(floats(rows, 2), 5);
  }
  for (const float size : {1e30f, 1e18f, 1e-25f, 1e-38f}) {
    std::vector<float> rows;
    for (int i = 0; i < 300; i++) rows.insert(rows.end(), {size * static_cast<float>(i * 7 % 300), size});
    checkAgainstPlainLoop(floats(rows, 2), 5);
  }
}
