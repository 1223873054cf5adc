#pragma once

#include <cstddef>

#include "matrix/scaled_rows.h"
#include "runtime/aligned.h"
#include "runtime/context.h"

namespace handful {

/// Which products of a matrix Z with itself: of its columns, Z'Z, or of its rows, ZZ'.
enum class GramOf { kColumns, kRows };

/// In floats, products are summed over at most 1024 rows or columns before they are added up in doubles.
enum class GramPrecision { kFloat, kDouble };

/// The symmetric matrix of the products of all pairs of columns, or of rows: both halves, row-major.
AlignedVector<double> gram(Context& context, const ScaledRows& z, GramOf of, GramPrecision precision);

}  // namespace handful
