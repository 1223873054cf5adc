#pragma once

#include <vector>

#include "linear/optimizer.h"
#include "runtime/job.h"

namespace handful {

/// Nesterov's accelerated gradient method with backtracking (Beck & Teboulle 2009) and restarts where the
/// momentum points uphill (O'Donoghue & Candès 2015).
Minimum minimizeByGradientDescent(Job& job, Objective& objective, std::vector<double> start,
                                  const StopRule& stop);

}  // namespace handful
