#pragma once

#include <napi.h>

#include <memory>
#include <type_traits>
#include <utility>

#include "arguments.h"
#include "operation.h"
#include "runtime/random_state.h"
#include "typed_arrays.h"

namespace handful::binding {

/// The random stream that an operation goes on with.
inline RandomState randomStateOf(const Argument& words) {
  const std::vector<std::uint32_t> state = words.array<std::uint32_t>(RandomState::kWords);
  if (state.back() >= RandomState::kWords) throw words.refusal("a position from 0 to 624 as the last word");
  return RandomState(state.data());
}

/// What an algorithm found, and where it left the random stream.
template <typename Result>
struct Drawn {
  Result result;
  RandomState random;
};

/// An operation of an algorithm that draws: compute(context, random) -> result, fill(answer, result).
template <typename Compute, typename Fill>
std::unique_ptr<Operation> makeDrawingOperation(double work, RandomState random, Compute compute, Fill fill) {
  using Result = std::invoke_result_t<Compute&, Context&, RandomState&>;
  return makeOperation(
      work,
      [random, compute = std::move(compute)](Context& context) mutable {
        Result result = compute(context, random);
        return Drawn<Result>{std::move(result), random};
      },
      [fill](Napi::Env env, const Drawn<Result>& drawn) {
        Napi::Object answer = Napi::Object::New(env);
        fill(answer, drawn.result);
        answer["randomState"] = toTypedArray(env, drawn.random.words());
        return answer;
      });
}

}  // namespace handful::binding
