#pragma once

#include "matrix/matrix.h"
#include "runtime/context.h"
#include "search/nearest.h"

namespace handful {

/// The k rows nearest to each row of x, that row left out; 1 <= k < x.rows(). Exact.
Neighbors neighborGraph(Context& context, const Matrix& x, std::size_t k);

}  // namespace handful
