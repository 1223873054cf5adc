#pragma once

#include <napi.h>

#include <memory>

#include "matrix/matrix.h"

namespace handful::binding {

/// `PreparedRows` of binding.d.ts: a matrix in native memory, in the hands of JavaScript.
class PreparedRows : public Napi::ObjectWrap<PreparedRows> {
 public:
  static Napi::Function define(Napi::Env env);
  /// A new object that holds the matrix; until it is disposed of, where the rows are temporary.
  static Napi::Value wrap(Napi::Env env, std::shared_ptr<const Matrix> matrix, bool temporary = false);
  /// The matrix that such an object holds; null for any other value.
  static std::shared_ptr<const Matrix> matrixOf(Napi::Value value);

  /// For `wrap` alone, which has laid a matrix ready; throws where JavaScript calls it.
  explicit PreparedRows(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value take(const Napi::CallbackInfo& info);
  Napi::Value values(const Napi::CallbackInfo& info);
  void dispose(const Napi::CallbackInfo& info);
  void disposeIfTemporary(const Napi::CallbackInfo& info);
  void letGo(Napi::BasicEnv env);
  const Matrix& held(Napi::Env env) const;

  std::shared_ptr<const Matrix> matrix_;
  bool temporary_ = false;
};

/// `prepare` of binding.d.ts.
Napi::Value prepare(const Napi::CallbackInfo& info);

}  // namespace handful::binding
