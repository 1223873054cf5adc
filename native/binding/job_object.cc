#include "job_object.h"

#include "arguments.h"
#include "environment.h"

namespace handful::binding {
namespace {

/// Tells our objects from others that wrap something. No two things of a process have one address: so also
/// from those of another copy of the addon, which may be of another version.
const napi_type_tag kTag = {0x1c6e7b9f04d84a37, reinterpret_cast<std::uintptr_t>(&kTag)};

}  // namespace

Napi::Function JobObject::define(Napi::Env env) {
  return DefineClass(env, "Job", {InstanceMethod<&JobObject::cancel>("cancel", napi_enumerable)});
}

JobObject* JobObject::of(Napi::Value value) {
  if (!value.IsObject()) return nullptr;
  const auto object = value.As<Napi::Object>();
  return object.CheckTypeTag(&kTag) ? Unwrap(object) : nullptr;
}

JobObject::JobObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Argument onProgress(info[0], "onProgress");
  if (onProgress.given() && !info[0].IsFunction()) throw onProgress.refusal("a function");
  auto self = info.This().As<Napi::Object>();
  // A property and not a reference: a callback that holds its own job must not keep both alive for ever.
  self.DefineProperty(Napi::PropertyDescriptor::Value("onProgress", info[0], napi_default));
  self.TypeTag(&kTag);
}

Napi::Function JobObject::onProgress() const {
  const Napi::Value callback = Value().Get("onProgress");
  return callback.IsFunction() ? callback.As<Napi::Function>() : Napi::Function();
}

void JobObject::serve(const std::shared_ptr<Execution>& execution) {
  served_ = true;
  if (cancelled_) throw Cancelled();
  execution_ = execution;
}

Napi::Value JobObject::cancel(const Napi::CallbackInfo& info) {
  cancelled_ = true;
  if (const auto execution = execution_.lock()) execution->cancel(info.Env());
  return info.Env().Undefined();
}

Napi::Value createJob(const Napi::CallbackInfo& info) {
  return Environment::of(info.Env()).jobClass.New({info[0]});
}

}  // namespace handful::binding
