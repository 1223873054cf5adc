#pragma once

#include <cstddef>
#include <vector>

#include "arguments.h"
#include "linear/linear_model.h"

namespace handful::binding {

/// One finite number for each column; none where it is left out.
std::vector<double> perColumn(const Argument& given, std::size_t columns);

/// A linear model of rows of so many columns.
LinearModel linearModel(const Argument& given, std::size_t columns);

}  // namespace handful::binding
