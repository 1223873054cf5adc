#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "runtime/context.h"

namespace handful::binding {

/// One operation, its arguments read and copied: work for any thread, then an answer for JavaScript.
class Operation {
 public:
  virtual ~Operation() = default;

  /// The work: knows no JavaScript. Throws what the algorithms throw.
  virtual void compute(Context& context) = 0;
  /// What the promise resolves to, once `compute` has returned. On the JavaScript thread, like the
  /// destructor.
  virtual Napi::Value answer(Napi::Env env) = 0;

  /// Multiplications that the work takes at most, roughly.
  virtual double work() const = 0;
};

/// An operation of two functions: compute(context) -> result or void, answer(env, result) -> value.
template <typename Compute, typename Answer>
std::unique_ptr<Operation> makeOperation(double work, Compute compute, Answer answer) {
  using Returned = std::invoke_result_t<Compute&, Context&>;
  using Result = std::conditional_t<std::is_void_v<Returned>, std::monostate, Returned>;

  class Functions final : public Operation {
   public:
    Functions(double workOf, Compute toCompute, Answer toAnswer)
        : work_(workOf), compute_(std::move(toCompute)), answer_(std::move(toAnswer)) {}

    void compute(Context& context) override {
      if constexpr (std::is_void_v<Returned>) {
        compute_(context);
        result_.emplace();
      } else {
        result_.emplace(compute_(context));
      }
    }
    Napi::Value answer(Napi::Env env) override { return answer_(env, *result_); }
    double work() const override { return work_; }

   private:
    double work_;
    Compute compute_;
    Answer answer_;
    std::optional<Result> result_;
  };

  return std::make_unique<Functions>(work, std::move(compute), std::move(answer));
}

}  // namespace handful::binding
