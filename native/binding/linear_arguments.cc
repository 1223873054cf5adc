#include "linear_arguments.h"

namespace handful::binding {

std::vector<double> perColumn(const Argument& given, std::size_t columns) {
  return given.given() ? given.finiteRows<double>(columns, 1) : std::vector<double>();
}

LinearModel linearModel(const Argument& given, std::size_t columns) {
  LinearModel model;
  model.coef = given["coef"].finiteRows<float>(columns);
  model.intercept = given["intercept"].finiteRows<double>(1, model.coef.size() / columns);
  model.center = perColumn(given["center"], columns);
  return model;
}

}  // namespace handful::binding
