#include "prepared_rows.h"

#include <utility>

#include "arguments.h"
#include "environment.h"
#include "typed_arrays.h"

namespace handful::binding {
namespace {

/// Tells our objects from others that wrap something. No two things of a process have one address: so also
/// from those of another copy of the addon, which may be of another version.
const napi_type_tag kTag = {0x5b1f0cc1a7f24d5e, reinterpret_cast<std::uintptr_t>(&kTag)};

using SharedMatrix = std::shared_ptr<const Matrix>;

}  // namespace

Napi::Function PreparedRows::define(Napi::Env env) {
  return DefineClass(
      env, "PreparedRows",
      {InstanceMethod<&PreparedRows::take>("take", napi_enumerable),
       InstanceMethod<&PreparedRows::values>("values", napi_enumerable),
       InstanceMethod<&PreparedRows::dispose>("dispose", napi_enumerable),
       InstanceMethod<&PreparedRows::disposeIfTemporary>(Napi::Symbol::WellKnown(env, "dispose"))});
}

Napi::Value PreparedRows::wrap(Napi::Env env, SharedMatrix matrix, bool temporary) {
  Environment& environment = Environment::of(env);
  environment.rowsToWrap = std::move(matrix);
  const Napi::Object rows = environment.preparedRowsClass.New({});
  Unwrap(rows)->temporary_ = temporary;
  return rows;
}

SharedMatrix PreparedRows::matrixOf(Napi::Value value) {
  if (!value.IsObject()) return nullptr;
  const auto object = value.As<Napi::Object>();
  return object.CheckTypeTag(&kTag) ? Unwrap(object)->matrix_ : nullptr;
}

PreparedRows::PreparedRows(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  SharedMatrix matrix = std::exchange(Environment::of(env).rowsToWrap, nullptr);
  if (!matrix) {
    throw makeError(env, "ERR_INVALID_ARGUMENT", "Rows are prepared by prepare(data, rows, columns, scale)");
  }
  // Plain values, not getters: nothing to call with a wrong `this`.
  const auto property = [&](const char* name, double value) {
    return Napi::PropertyDescriptor::Value(name, Napi::Number::New(env, value), napi_enumerable);
  };
  auto self = info.This().As<Napi::Object>();
  self.DefineProperties({property("rows", static_cast<double>(matrix->rows())),
                         property("columns", static_cast<double>(matrix->columns())),
                         property("scale", matrix->scale()),
                         property("byteLength", static_cast<double>(matrix->byteLength()))});
  self.TypeTag(&kTag);
  // The garbage collector is told what hangs on this small object.
  Napi::MemoryManagement::AdjustExternalMemory(env, static_cast<std::int64_t>(matrix->byteLength()));
  matrix_ = std::move(matrix);
}

void PreparedRows::Finalize(Napi::BasicEnv env) { letGo(env); }

void PreparedRows::dispose(const Napi::CallbackInfo& info) { letGo(info.Env()); }

void PreparedRows::disposeIfTemporary(const Napi::CallbackInfo& info) {
  if (temporary_) letGo(info.Env());
}

void PreparedRows::letGo(Napi::BasicEnv env) {
  if (!matrix_) return;
  Napi::MemoryManagement::AdjustExternalMemory(env, -static_cast<std::int64_t>(matrix_->byteLength()));
  matrix_ = nullptr;
}

const Matrix& PreparedRows::held(Napi::Env env) const {
  if (!matrix_) throw makeError(env, "ERR_INVALID_ARGUMENT", "These rows were disposed of");
  return *matrix_;
}

Napi::Value PreparedRows::values(const Napi::CallbackInfo& info) {
  const Matrix& matrix = held(info.Env());
  return throwing(info.Env(), [&]() -> Napi::Value {
    const OutputArray<float> values(info.Env(), matrix.rows() * matrix.columns());
    matrix.copyValues(values.data());
    return values.value();
  });
}

Napi::Value PreparedRows::take(const Napi::CallbackInfo& info) {
  const Matrix& matrix = held(info.Env());
  const Argument rows(info[0], "rows");
  const std::vector<std::int32_t> taken = rows.indices(matrix.rows());
  if (taken.empty()) throw rows.refusal("at least one row number");
  return throwing(info.Env(), [&] { return wrap(info.Env(), matrix.take(taken.data(), taken.size())); });
}

Napi::Value prepare(const Napi::CallbackInfo& info) {
  const Argument data(info[0], "data");
  const std::size_t rows = Argument(info[1], "rows").count(1);
  const std::size_t columns = Argument(info[2], "columns").count(1);
  const double scale =
      Argument(info[3], "scale")
          .number(std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max());
  SharedMatrix matrix;
  if (data.isArrayOf<std::uint8_t>()) {
    const auto bytes = data.elements<std::uint8_t>(rows * columns);
    matrix = std::make_shared<const Matrix>(bytes.data(), rows, columns, scale);
  } else if (data.isArrayOf<float>()) {
    const auto floats = data.elements<float>(rows * columns);
    matrix = std::make_shared<const Matrix>(floats.data(), rows, columns, scale);
  } else {
    throw data.refusal("a Float32Array or Uint8Array");
  }
  const bool temporary = info[4].IsBoolean() && info[4].As<Napi::Boolean>();
  return PreparedRows::wrap(info.Env(), std::move(matrix), temporary);
}

}  // namespace handful::binding
