#include <limits>
#include <string>

#include "arguments.h"
#include "graph/sparse_product.h"
#include "graph/spread_labels.h"
#include "operations.h"
#include "rows_operation.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

SparseRows sparseRowsOf(const Argument& graph) {
  SparseRows rows;
  const Argument indptr = graph["indptr"];
  rows.indptr = indptr.array<std::int32_t>();
  bool ascends = rows.indptr.size() > 1 && rows.indptr.front() == 0;
  for (std::size_t row = 1; row < rows.indptr.size(); row++) {
    ascends = ascends && rows.indptr[row - 1] <= rows.indptr[row];
  }
  if (!ascends) throw indptr.refusal("two or more numbers that ascend from 0");
  const std::size_t entries = static_cast<std::size_t>(rows.indptr.back());
  rows.indices = graph["indices"].indices(rows.rows(), entries);
  rows.data = graph["data"].array<double>(entries);
  return rows;
}

}  // namespace

std::unique_ptr<Operation> spreadLabelsOperation(const Napi::CallbackInfo& info) {
  SparseRows graph = sparseRowsOf(Argument(info[1], "graph"));
  const Argument given(info[2], "options");
  SpreadLabelsOptions options;
  options.nClasses = given["nClasses"].count(1);
  options.start = given["start"].finiteRows<double>(options.nClasses, graph.rows());
  options.alpha = given["alpha"].number(0, 1);
  options.tol = given["tol"].number(0, std::numeric_limits<double>::infinity());
  options.rowTol = given["rowTol"].number(0, std::numeric_limits<double>::infinity());
  options.maxIter = given["maxIter"].count(0);
  // A product for each entry and class, and a few for each row and class, in each iteration.
  const double work = (static_cast<double>(graph.data.size()) + 5.0 * static_cast<double>(graph.rows())) *
                      static_cast<double>(options.nClasses) * static_cast<double>(options.maxIter);
  return makeOperation(
      work,
      [graph = std::move(graph), options = std::move(options)](Context& context) {
        return spreadLabels(context, graph, options);
      },
      [](Napi::Env env, const SpreadLabelsResult& result) {
        Napi::Object answer = Napi::Object::New(env);
        answer["distributions"] = toTypedArray(env, result.distributions);
        answer["nIter"] = result.nIter;
        answer["converged"] = result.converged;
        return answer;
      });
}

std::unique_ptr<Operation> smoothRowsOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[2], "x").matrix();
  const Argument given(info[1], "graph");
  SparseRows graph = sparseRowsOf(given);
  if (graph.rows() != x->rows()) throw given.refusal("a graph of " + std::to_string(x->rows()) + " rows");
  const double work = static_cast<double>(graph.data.size()) * static_cast<double>(x->columns());
  return makeRowsOperation(x->rows(), x->columns(), work,
                           [graph = std::move(graph), x](Context& context, float* out) {
                             sparseProduct(context, graph, *x, out);
                           });
}

}  // namespace handful::binding
