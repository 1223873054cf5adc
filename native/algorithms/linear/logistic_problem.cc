#include "linear/logistic_problem.h"

#include <algorithm>
#include <utility>

namespace handful {

void LogisticRegressionOptions::setTargets(std::vector<float> probabilities) {
  targets = std::move(probabilities);
  labels.clear();
  for (auto row = targets.begin(); row != targets.end(); row += static_cast<std::ptrdiff_t>(nClasses)) {
    const auto surest = std::max_element(row, row + static_cast<std::ptrdiff_t>(nClasses));
    labels.push_back(static_cast<std::int32_t>(surest - row));
  }
}

}  // namespace handful
