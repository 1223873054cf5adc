#pragma once

#include <vector>

#include "linear/optimizer.h"
#include "runtime/job.h"

namespace handful {

/// L-BFGS (Liu & Nocedal 1989) with the approximate Wolfe line search of Hager & Zhang (2005), whose
/// acceptance does not founder on the rounding of a value near the minimum. `preconditioner` may be null.
Minimum minimizeByLbfgs(Job& job, Objective& objective, std::vector<double> start, const StopRule& stop,
                        Preconditioner* preconditioner);

}  // namespace handful
