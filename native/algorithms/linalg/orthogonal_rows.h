#pragma once

#include <cstddef>

#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// Turns `count` rows in planes of two of them until all are at right angles: W becomes J W with J
/// orthogonal, so that W'W stays as it is, and its eigenvalues are the squared lengths of the rows, its
/// eigenvectors their directions. Each column errs by rounding relative to its own length, so that
/// eigenvalues keep their digits where columns are of scales far apart (Hestenes 1958; Demmel & Veselic
/// 1992). Work: some 30 count^2 columns multiplications.
void orthogonalizeRows(Context& context, AlignedVector<double>& rows, std::size_t count, std::size_t columns);

}  // namespace handful
