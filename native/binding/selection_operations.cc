#include "arguments.h"
#include "operations.h"
#include "search/farthest_first.h"
#include "typed_arrays.h"

namespace handful::binding {

std::unique_ptr<Operation> farthestFirstOperation(const Napi::CallbackInfo& info) {
  const auto x = Argument(info[1], "x").matrix();
  const Argument chosenRows(info[2], "chosen");
  std::vector<std::int32_t> chosen = chosenRows.indices(x->rows());
  if (chosen.empty()) throw chosenRows.refusal("one row number or more");
  const std::size_t count = Argument(info[3], "count").count(1, x->rows());
  const double work = static_cast<double>(x->rows()) * x->columns() * (chosen.size() + count);
  return makeOperation(
      work,
      [x, chosen = std::move(chosen), count](Context& context) {
        return farthestFirst(context, *x, chosen, count);
      },
      [](Napi::Env env, const FarthestRows& found) {
        Napi::Object answer = Napi::Object::New(env);
        answer["indices"] = toTypedArray(env, found.indices);
        answer["distances"] = toTypedArray(env, found.distances);
        return answer;
      });
}

}  // namespace handful::binding
