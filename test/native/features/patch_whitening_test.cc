#include "features/patch_whitening.h"

#include <stdexcept>
#include <vector>

#include "support.h"

using namespace handful;

TEST_CASE("whitening refuses a covariance that epsilon is too small to make positive definite") {
  // Two equal columns; beside 2^60 an epsilon of 1 is lost.
  const std::vector<float> rows{0x1p30f, 0x1p30f, -0x1p30f, -0x1p30f};
  Run run(bestKernels());
  CHECK_THROWS_AS(learnWhitening(run.context, rows, 2, 1), std::invalid_argument);
  CHECK_NOTHROW(learnWhitening(run.context, rows, 2, 0x1p20));
}
