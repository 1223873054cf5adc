#include <limits>

#include "arguments.h"
#include "features/principal_components.h"
#include "features/row_transforms.h"
#include "linear/linear.h"
#include "linear_arguments.h"
#include "matrix/column_statistics.h"
#include "operations.h"
#include "rows_operation.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

/// The same of numbers to divide by.
std::vector<double> divisors(const Argument& given, std::size_t columns) {
  std::vector<double> values = perColumn(given, columns);
  for (const double value : values) {
    if (!(value > 0)) throw given.refusal("numbers above 0");
  }
  return values;
}

double elementsOf(const Matrix& x) { return static_cast<double>(x.rows()) * x.columns(); }

}  // namespace

std::unique_ptr<Operation> linearOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  LinearModel model = linearModel(Argument(info[2], "model"), x->columns());
  const std::size_t outputs = model.intercept.size();
  const auto output = Argument(info[3], "output")
                          .oneOf<LinearOutput>({{"decision", LinearOutput::kDecision},
                                                {"probability", LinearOutput::kProbability}});
  return makeRowsOperation(x->rows(), outputs, elementsOf(*x) * outputs,
                           [x, model = std::move(model), output](Context& context, float* out) {
                             linear(context, *x, model, output, out);
                           });
}

std::unique_ptr<Operation> columnStatisticsOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  return makeOperation(
      2 * elementsOf(*x), [x](Context& context) { return columnStatistics(context, *x); },
      [](Napi::Env env, const ColumnStatistics& statistics) {
        Napi::Object answer = Napi::Object::New(env);
        answer["mean"] = toTypedArray(env, statistics.mean);
        answer["variance"] = toTypedArray(env, statistics.variance);
        answer["scale"] = toTypedArray(env, statistics.scale);
        return answer;
      });
}

std::unique_ptr<Operation> scaleColumnsOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument given(info[2], "scaling");
  std::vector<double> center = perColumn(given["center"], x->columns());
  std::vector<double> scale = divisors(given["scale"], x->columns());
  return makeRowsOperation(
      x->rows(), x->columns(), elementsOf(*x),
      [x, center = std::move(center), scale = std::move(scale)](Context& context, float* out) {
        scaleColumns(context, *x, center, scale, out);
      });
}

std::unique_ptr<Operation> normalizeRowsOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const auto norm =
      Argument(info[2], "norm").oneOf<Norm>({{"l1", Norm::kL1}, {"l2", Norm::kL2}, {"max", Norm::kMax}});
  return makeRowsOperation(
      x->rows(), x->columns(), 2 * elementsOf(*x),
      [x, norm](Context& context, float* out) { normalizeRows(context, *x, norm, out); });
}

std::unique_ptr<Operation> principalComponentsOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  if (x->rows() < 2) throw Argument(info[1], "x").refusal("two rows or more");
  const Argument given(info[2], "options");
  PrincipalComponentsOptions options{};
  const std::size_t most = std::min(x->rows(), x->columns());
  options.nComponents = given["nComponents"].count(1, most);
  const Argument share = given["varianceShare"];
  options.varianceShare = share.given() ? share.number(0, 1) : std::numeric_limits<double>::infinity();
  options.standardize = given["standardize"].boolean();
  return makeOperation(
      elementsOf(*x) * most,
      [x, options](Context& context) { return principalComponents(context, *x, options); },
      [](Napi::Env env, const PrincipalComponents& found) {
        Napi::Object answer = Napi::Object::New(env);
        answer["mean"] = toTypedArray(env, found.mean);
        if (!found.scale.empty()) answer["scale"] = toTypedArray(env, found.scale);
        answer["components"] = toTypedArray(env, found.components);
        answer["explainedVariance"] = toTypedArray(env, found.explainedVariance);
        answer["totalVariance"] = found.totalVariance;
        return answer;
      });
}

}  // namespace handful::binding
