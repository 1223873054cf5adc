#include "arguments.h"
#include "operations.h"
#include "search/distances.h"
#include "search/nearest.h"
#include "search/neighbor_graph.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

Napi::Object toObject(Napi::Env env, const Neighbors& found) {
  Napi::Object answer = Napi::Object::New(env);
  answer["indices"] = toTypedArray(env, found.indices);
  answer["distances"] = toTypedArray(env, found.distances);
  return answer;
}

}  // namespace

std::unique_ptr<Operation> pairwiseDistancesOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const auto y = Argument(info[2], "y").matrix(x->columns());
  const auto metric = Argument(info[3], "metric")
                          .oneOf<Metric>({{"euclidean", Metric::kEuclidean},
                                          {"sqeuclidean", Metric::kSquaredEuclidean},
                                          {"cosine", Metric::kCosine}});
  const std::size_t length = x->rows() * y->rows();
  OutputArray<float> distances(info.Env(), length);
  return makeOperation(
      static_cast<double>(length) * x->columns(),
      [x, y, metric, out = distances.data()](Context& context) {
        pairwiseDistances(context, *x, *y, metric, out);
      },
      [distances = std::move(distances)](Napi::Env, auto) { return distances.value(); });
}

std::unique_ptr<Operation> nearestOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const auto queries = Argument(info[2], "queries").matrix(x->columns());
  const std::size_t k = Argument(info[3], "k").count(1, x->rows());
  return makeOperation(
      static_cast<double>(x->rows()) * queries->rows() * x->columns(),
      [x, queries, k](Context& context) { return nearest(context, *x, *queries, k); }, toObject);
}

std::unique_ptr<Operation> neighborGraphOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const std::size_t k = Argument(info[2], "k").count(1, x->rows() - 1);
  return makeOperation(
      static_cast<double>(x->rows()) * x->rows() * x->columns(),
      [x, k](Context& context) { return neighborGraph(context, *x, k); }, toObject);
}

}  // namespace handful::binding
