#include "linalg/cholesky.h"

#include <cmath>
#include <limits>

#include "support.h"

using namespace handful;

TEST_CASE("the lower factor solves what it was made of, for any order") {
  RandomState random = seeded(3);
  for (std::size_t order = 1; order <= 20; order++) {
    std::vector<double> root(order * order), matrix(order * order), x(order), b(order);
    for (double& value : root) value = random.nextDouble() - 0.5;
    for (double& value : x) value = random.nextDouble() - 0.5;
    for (std::size_t i = 0; i < order; i++) {
      for (std::size_t j = 0; j < order; j++) {
        for (std::size_t k = 0; k < order; k++) {
          matrix[i * order + j] += root[i * order + k] * root[j * order + k];
        }
        if (i == j) matrix[i * order + j] += 1;
      }
    }
    for (std::size_t i = 0; i < order; i++) {
      for (std::size_t j = 0; j < order; j++) b[i] += matrix[i * order + j] * x[j];
    }
    REQUIRE(factorLower(matrix, order));
    solveLower(matrix, order, b.data());
    for (std::size_t i = 0; i < order; i++) CHECK(std::abs(b[i] - x[i]) < 1e-12);
  }
}

TEST_CASE("a factorization refuses a pivot that is zero, negative or NaN, in floats and in doubles") {
  for (const double pivot : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    std::vector<double> matrix{4, 0, 2, 1 + pivot};
    CHECK_FALSE(factorLower(matrix, 2));
    onEachInstructionSet([pivot](const Kernels& kernels) {
      UpperMatrix upper(kernels, 2);
      upper.row(0)[0] = 4;
      upper.row(0)[1] = 2;
      upper.row(1)[1] = static_cast<float>(1 + pivot);
      CHECK_FALSE(upper.factor());
    });
  }
}
