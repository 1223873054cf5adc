#include "arguments.h"

#include "prepared_rows.h"

namespace handful::binding {
namespace {

/// A value as an error message shows it: the twin of `describe` in lib/core/errors.ts.
std::string describe(Napi::Value value) {
  if (value.IsUndefined() || value.IsNull()) return value.ToString();
  if (value.IsString()) return "'" + value.As<Napi::String>().Utf8Value() + "'";
  if (value.IsFunction()) return "a function";
  if (value.IsSymbol()) return "a symbol";
  if (!value.IsObject()) {
    const char* type = value.IsNumber() ? "number" : value.IsBoolean() ? "boolean" : "bigint";
    return value.ToString().Utf8Value() + " of type " + type;
  }
  const auto object = value.As<Napi::Object>();
  const Napi::Value constructor = object.Get("constructor");
  const std::string name =
      constructor.IsFunction() ? constructor.As<Napi::Object>().Get("name").ToString().Utf8Value() : "Object";
  const Napi::Value length = object.Get("length");
  return length.IsNumber() ? name + " of length " + length.ToString().Utf8Value()
                           : "an object of type " + name;
}

/// A bound of a range as JavaScript writes it.
std::string written(Napi::Env env, double bound) { return Napi::Number::New(env, bound).ToString(); }

}  // namespace

Napi::Error Argument::refusal(const std::string& expected) const {
  return makeError(value_.Env(), "ERR_INVALID_ARGUMENT",
                   "Expected " + expected + " for " + name_ + " but received " + describe(value_));
}

Argument Argument::operator[](const char* option) const {
  if (!value_.IsObject()) throw refusal("an object");
  return {value_.As<Napi::Object>().Get(option), option};
}

double Argument::number(double low, double high) const {
  const double number = value_.IsNumber() ? value_.As<Napi::Number>().DoubleValue() : NAN;
  if (!(number >= low && number <= high)) {
    const Napi::Env env = value_.Env();
    throw refusal("a number from " + written(env, low) + " to " + written(env, high));
  }
  return number;
}

std::size_t Argument::count(std::size_t low, std::size_t high) const {
  const double number = value_.IsNumber() ? value_.As<Napi::Number>().DoubleValue() : NAN;
  if (!(number >= static_cast<double>(low) && number <= static_cast<double>(high)) ||
      number != std::floor(number)) {
    throw refusal("a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return static_cast<std::size_t>(number);
}

bool Argument::boolean() const {
  if (!value_.IsBoolean()) throw refusal("true or false");
  return value_.As<Napi::Boolean>();
}

std::vector<std::int32_t> Argument::indices(std::size_t end, std::size_t length) const {
  std::vector<std::int32_t> indices = array<std::int32_t>(length);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || static_cast<std::size_t>(indices[i]) >= end) {
      const Argument element(Napi::Number::New(value_.Env(), indices[i]),
                             name_ + "[" + std::to_string(i) + "]");
      throw element.refusal("a whole number from 0 to " + std::to_string(end - 1));
    }
  }
  return indices;
}

std::shared_ptr<const Matrix> Argument::matrix(std::size_t columns) const {
  std::shared_ptr<const Matrix> matrix = PreparedRows::matrixOf(value_);
  if (!matrix) throw refusal("prepared rows");
  if (columns != kAny && matrix->columns() != columns) {
    const Argument received(Napi::Number::New(value_.Env(), static_cast<double>(matrix->columns())),
                            "the columns of " + name_);
    throw received.refusal(std::to_string(columns));
  }
  return matrix;
}

}  // namespace handful::binding
