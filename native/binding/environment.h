#pragma once

#include <napi.h>

#include "executor.h"

namespace handful::binding {

/// All that the addon holds for one environment of Node: the main thread's or a worker's. Nothing is global.
struct Environment {
  explicit Environment(Napi::Env env);

  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  Napi::FunctionReference jobClass;
  Napi::FunctionReference preparedRowsClass;
  /// For the next operation.
  Settings settings;
  Executor executor;
};

}  // namespace handful::binding
