#pragma once

#include <napi.h>

#include <memory>

#include "executor.h"

namespace handful::binding {

/// `Job` of binding.d.ts: JavaScript's hold on one operation.
class JobObject : public Napi::ObjectWrap<JobObject> {
 public:
  static Napi::Function define(Napi::Env env);
  /// The object itself; null for any other value.
  static JobObject* of(Napi::Value value);

  /// Takes the callback for progress, or undefined.
  explicit JobObject(const Napi::CallbackInfo& info);

  /// The callback for progress; empty where there is none.
  Napi::Function onProgress() const;
  /// From now on this is the job of `execution`; throws Cancelled where it was cancelled before.
  void serve(const std::shared_ptr<Execution>& execution);
  bool served() const { return served_; }

 private:
  Napi::Value cancel(const Napi::CallbackInfo& info);

  bool served_ = false;
  bool cancelled_ = false;
  /// Gone once the operation has ended.
  std::weak_ptr<Execution> execution_;
};

/// `createJob` of binding.d.ts.
Napi::Value createJob(const Napi::CallbackInfo& info);

}  // namespace handful::binding
