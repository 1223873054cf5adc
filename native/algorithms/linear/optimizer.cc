#include "linear/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linalg/float64.h"

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
  return dotProduct(a.data(), b.data(), a.size());
}

double maxAbsolute(const std::vector<double>& vector) {
  double largest = 0;
  for (const double value : vector) largest = std::max(largest, std::abs(value));
  return largest;
}

double maxAbsolute(const std::vector<double>& gradient, const std::vector<double>& emphasis) {
  const std::size_t width = emphasis.size() + 1;
  double largest = 0;
  for (std::size_t i = 0; i < gradient.size(); i++) {
    const std::size_t column = i % width;
    const double value = std::abs(gradient[i]);
    largest = std::max(largest, column < emphasis.size() ? value * emphasis[column] : value);
  }
  return largest;
}

}  // namespace handful
