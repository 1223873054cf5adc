#pragma once

#include <napi.h>

#include <memory>

#include "executor.h"
#include "matrix/matrix.h"

namespace handful::binding {

/// All that the addon holds for one environment of Node: the main thread's or a worker's. Nothing is global.
struct Environment {
  explicit Environment(Napi::Env env);

  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  Napi::FunctionReference jobClass;
  Napi::FunctionReference preparedRowsClass;
  /// What the next PreparedRows takes up in its constructor; empty at all other times.
  std::shared_ptr<const Matrix> rowsToWrap;
  /// For the next operation.
  Settings settings;
  Executor executor;
};

}  // namespace handful::binding
