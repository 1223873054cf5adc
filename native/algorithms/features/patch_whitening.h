#pragma once

#include <vector>

#include "runtime/context.h"

namespace handful {

/// Makes the parts of vectors uncorrelated and their variances nearly 1. `matrix` is the inverse of the
/// Cholesky factor of their covariance + epsilon I: it differs from the symmetric root (ZCA) by a rotation,
/// which leaves every distance as it is.
struct PatchWhitening {
  /// Mean of the vectors.
  std::vector<double> mean;
  /// Lower triangular, row-major: (vector - mean) times its transpose is the whitened vector.
  std::vector<double> matrix;
};

/// What whitens these rows of `depth` values; throws std::invalid_argument if epsilon is too small beside
/// their covariance.
PatchWhitening learnWhitening(Context& context, const std::vector<float>& rows, std::size_t depth,
                              double epsilon);

/// Whitens rows in place.
void whiten(Context& context, const PatchWhitening& whitening, std::vector<float>& rows);

/// Whitens one vector: mean.size() values become as many others.
void whiten(const PatchWhitening& whitening, const float* vector, double* whitened);

}  // namespace handful
