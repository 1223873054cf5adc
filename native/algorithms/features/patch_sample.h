#pragma once

#include <vector>

#include "features/patch_geometry.h"
#include "matrix/matrix.h"
#include "runtime/context.h"
#include "runtime/random_state.h"

namespace handful {

struct PatchSampling {
  std::size_t nPatches;
  double minContrast;
  double contrastEpsilon;
};

/// Up to sampling.nPatches patches with contrast, each of mean 0 and divided by sqrt(variance +
/// contrastEpsilon): rows of geometry.depth() values. All patches of x in their order where there are no more
/// than that; else drawn with replacement, the image first and then the place in it, until there are as many
/// or ten times as many were drawn.
std::vector<float> samplePatches(Context& context, const Matrix& x, const PatchGeometry& geometry,
                                 const PatchSampling& sampling, RandomState& random);

}  // namespace handful
