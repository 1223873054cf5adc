// Searches filter with floats or integers and decide by the plain float64 loop. Here is what filters are
// weak at: rows that differ by less than the filter's error, and rows that make that error large.

#include <algorithm>
#include <cmath>
#include <random>

#include "plain_search.h"
#include "support.h"

using namespace handful;

namespace {

constexpr std::size_t kRows = 150, kColumns = 83;

/// Floats of normal distribution around a middle.
std::vector<float> normals(std::size_t count, float middle, float spread, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = middle + spread * normal(engine);
  return values;
}

/// Searches both ways: the rows of x nearest to each query, and the query nearest to each row.
void checkSearches(const Kernels& kernels, const std::vector<float>& rows, const std::vector<float>& queries,
                   std::size_t columns = kColumns) {
  const Matrix x = floats(rows, columns);
  for (const std::size_t k : {std::size_t{1}, std::min<std::size_t>(7, x.rows())}) {
    checkAgainstPlainLoop(kernels, x, floats(queries, columns), k);
  }
  checkAssignment(kernels, x, queries);
}

/// Makes all elements of a row equal.
void fillRow(std::vector<float>& rows, std::size_t row, float value) {
  std::fill_n(rows.begin() + static_cast<std::ptrdiff_t>(row * kColumns), kColumns, value);
}

}  // namespace

TEST_CASE("searches are exact far from the origin, where products cancel all but their last digits") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const float middle : {1e2f, 1e4f, -1e6f}) {
      checkSearches(kernels, normals(kRows * kColumns, middle, 1, 1), normals(9 * kColumns, middle, 1, 2));
    }
  });
}

TEST_CASE("searches are exact where one row is so long that the filter lets everything pass") {
  onEachInstructionSet([](const Kernels& kernels) {
    // On either side of the length that floats can square.
    for (const float element : {1e6f, 1e12f, 0.9e17f, 1.2e17f, 1e30f}) {
      std::vector<float> rows = normals(kRows * kColumns, 0, 1, 3), queries = normals(9 * kColumns, 0, 1, 4);
      fillRow(rows, 17, element);
      checkSearches(kernels, rows, queries);
      fillRow(queries, 5, -element);
      checkSearches(kernels, rows, queries);
    }
  });
}

TEST_CASE("searches are exact where distances are equal but for the rounding of the plain loop") {
  onEachInstructionSet([](const Kernels& kernels) {
    // The same numbers in another order are as far from every query whose elements are all equal.
    std::mt19937 engine(5);
    std::vector<float> row = normals(kColumns, 0, 1, 6), rows, queries(3 * kColumns);
    for (std::size_t i = 0; i < kRows; i++) {
      std::shuffle(row.begin(), row.end(), engine);
      rows.insert(rows.end(), row.begin(), row.end());
    }
    fillRow(queries, 1, 0.7f);
    fillRow(queries, 2, -1e5f);
    checkSearches(kernels, rows, queries);
    checkSearches(kernels, queries, rows);
  });
}

TEST_CASE("searches are exact where rows differ in one bit of one element, and break ties to the lowest") {
  onEachInstructionSet([](const Kernels& kernels) {
    std::vector<float> row = normals(kColumns, 10, 1, 7), queries = normals(3 * kColumns, 10, 1, 8), rows;
    for (std::size_t i = 0; i < kRows; i++) {
      rows.insert(rows.end(), row.begin(), row.end());
      float& element = rows[i * kColumns + i * 7 % kColumns];
      // Every third row is the first one again.
      if (i % 3) element = std::nextafter(element, i % 2 ? 0.0f : 100.0f);
    }
    queries.insert(queries.end(), row.begin(), row.end());
    checkSearches(kernels, rows, queries);
    // With every row among the centres a tie is decided at each place.
    checkSearches(kernels, rows, rows);
  });
}

TEST_CASE("searches are exact among subnormal floats, alone and beside ordinary ones") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const float size : {1e-44f, 1e-41f, 1e-38f, 1e-22f}) {
      std::vector<float> rows = normals(kRows * kColumns, 0, size, 9);
      const std::vector<float> queries = normals(5 * kColumns, 0, size, 10);
      checkSearches(kernels, rows, queries);
      fillRow(rows, 40, 1.0f);
      checkSearches(kernels, rows, queries);
    }
  });
}

TEST_CASE("searches of bytes are exact for centres of any size, however coarse the integers get") {
  onEachInstructionSet([](const Kernels& kernels) {
    // The more columns, the fewer integers fit a sum of 32 bits; beyond 8,224 columns floats serve.
    for (const std::size_t columns : {16, 784, 8208, 8240}) {
      const std::size_t rows = columns > 8000 ? 12 : 100;
      std::mt19937 engine(11);
      std::vector<std::uint8_t> bytes(rows * columns);
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine() % 2 ? 255 : engine() % 3);
      for (const double scale : {1.0, 1 / 255.0, 1e-30}) {
        const Matrix x(bytes.data(), rows, columns, scale);
        // On top of a row and beside it, by less than the step of the integers and by more.
        std::vector<float> centers;
        std::uint32_t seed = 12;
        const auto addCenter = [&](float spread) {
          const std::vector<float> shifts = normals(columns, 0, spread, seed++);
          for (std::size_t c = 0; c < columns; c++) {
            centers.push_back(static_cast<float>((bytes[3 * columns + c] + shifts[c]) * scale));
          }
        };
        for (const float spread : {0.0f, 0.0f, 1e-7f, 3e-3f, 3e-3f, 3e-3f, 3e-3f, 0.1f}) addCenter(spread);
        checkAgainstPlainLoop(kernels, x, floats(centers, columns), 5);
        checkAssignment(kernels, x, centers);
        // And with some that are far from all, or next to zeros.
        for (const float spread : {300.0f, 1e9f}) addCenter(spread);
        for (const float value : normals(columns, 0, 1e-42f, seed)) centers.push_back(value);
        checkAgainstPlainLoop(kernels, x, floats(centers, columns), 5);
        checkAssignment(kernels, x, centers);
      }
    }
  });
}
