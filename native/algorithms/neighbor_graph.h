#pragma once

#include "context.h"
#include "matrix.h"
#include "nearest.h"

namespace handful {

/// The k rows nearest to each row of x, that row left out; 1 <= k < x.rows(). Exact.
Neighbors neighborGraph(Context& context, const Matrix& x, std::size_t k);

}  // namespace handful
