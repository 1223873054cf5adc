#include "optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace handful {

void projectOnClassSum(std::vector<double>& gradient, std::size_t classes) {
  const std::size_t row = gradient.size() / classes;
  for (std::size_t i = 0; i < row; i++) {
    double mean = 0;
    for (std::size_t k = 0; k < classes; k++) mean += gradient[k * row + i];
    mean /= static_cast<double>(classes);
    for (std::size_t k = 0; k < classes; k++) gradient[k * row + i] -= mean;
  }
}

double dotProduct(const std::vector<double>& a, const std::vector<double>& b) {
  // Four sums, in a fixed order: fast and repeatable.
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= a.size(); i += 4) {
    for (std::size_t lane = 0; lane < 4; lane++) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < a.size(); i++) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double maxAbsolute(const std::vector<double>& vector) {
  double largest = 0;
  for (const double value : vector) largest = std::max(largest, std::abs(value));
  return largest;
}

}  // namespace handful
