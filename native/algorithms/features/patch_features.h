#pragma once

#include "features/patch_codebook.h"
#include "features/patch_geometry.h"
#include "linear/linear_model.h"
#include "matrix/matrix.h"
#include "runtime/context.h"

namespace handful {

struct PatchFeaturesOptions {
  PatchGeometry geometry;
  /// Cells that an image's patches are summed in, down and across; at most geometry.down() and across().
  std::size_t gridSize;
  /// Whether each sum is answered as its square root.
  bool squareRoot;
  /// As the codebook was learned with.
  double contrastEpsilon;
};

/// For each image and each cell of the grid the sums of its patches' activations, one for each centre:
/// max(0, mean distance to all centres - distance to this one). To out: x.rows() x (gridSize^2 * nClusters),
/// cells row by row, the centres of a cell side by side.
void patchFeatures(Context& context, const Matrix& x, const PatchFeaturesOptions& options,
                   const PatchCodebook& codebook, float* out);

/// The outputs of a linear model of these features, to out: x.rows() x its outputs. The features themselves,
/// which take far more room, are never in memory but for a few images.
void projectedPatchFeatures(Context& context, const Matrix& x, const PatchFeaturesOptions& options,
                            const PatchCodebook& codebook, const LinearModel& projection, float* out);

}  // namespace handful
