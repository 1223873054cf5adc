#pragma once

#include <napi.h>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "errors.h"
#include "matrix/matrix.h"
#include "typed_arrays.h"

namespace handful::binding {

/// Any number of rows, columns or elements.
inline constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
/// The most of anything that is counted: indices are 32-bit.
inline constexpr std::size_t kMaxCount = std::numeric_limits<std::int32_t>::max();

/// One value that JavaScript gave, with the name that error messages call it by. Each reader checks it and
/// throws ERR_INVALID_ARGUMENT, in the form of lib/core/errors.ts: "Expected X for name but received Y".
///
/// Arrays are copied before their values are looked at: another thread may write to shared memory meanwhile,
/// and JavaScript may change or give away any buffer once a running operation no longer holds it up.
class Argument {
 public:
  Argument(Napi::Value value, std::string name) : value_(value), name_(std::move(name)) {}

  /// The property of an object of options; undefined where it is left out.
  Argument operator[](const char* option) const;

  Napi::Value value() const { return value_; }
  bool given() const { return !value_.IsUndefined(); }

  /// A number from low to high, the bounds included; never NaN.
  double number(double low, double high) const;
  /// A whole number from low to high.
  std::size_t count(std::size_t low, std::size_t high = kMaxCount) const;
  bool boolean() const;
  /// One of a few words, as what it stands for.
  template <typename Choice>
  Choice oneOf(std::initializer_list<std::pair<const char*, Choice>> words) const;

  template <typename T>
  bool isArrayOf() const;
  /// A copy of a typed array of that many elements.
  template <typename T>
  std::vector<T> array(std::size_t length = kAny) const;
  /// A typed array's elements where they lie: valid until any JavaScript runs, and other threads may change
  /// them.
  template <typename T>
  std::span<const T> elements(std::size_t length = kAny) const;
  /// A copy of a typed array of one or more rows of finite numbers; throws NotFinite.
  template <typename T>
  std::vector<T> finiteRows(std::size_t columns, std::size_t rows = kAny) const;
  /// A copy of an Int32Array whose elements are at least 0 and below `end`.
  std::vector<std::int32_t> indices(std::size_t end, std::size_t length = kAny) const;
  /// Prepared rows with that many columns.
  std::shared_ptr<const Matrix> matrix(std::size_t columns = kAny) const;

  /// The error of this argument: what was expected instead of it.
  Napi::Error refusal(const std::string& expected) const;

 private:
  Napi::Value value_;
  std::string name_;
};

template <typename Choice>
Choice Argument::oneOf(std::initializer_list<std::pair<const char*, Choice>> words) const {
  const std::string given = value_.IsString() ? value_.As<Napi::String>().Utf8Value() : "";
  std::string list;
  for (const auto& [word, choice] : words) {
    if (given == word) return choice;
    list += (list.empty() ? "one of '" : ", '") + std::string(word) + "'";
  }
  throw refusal(list);
}

template <typename T>
bool Argument::isArrayOf() const {
  return value_.IsTypedArray() && value_.As<Napi::TypedArray>().TypedArrayType() == ArrayOf<T>::kType;
}

template <typename T>
std::span<const T> Argument::elements(std::size_t length) const {
  const std::string expected = std::string("a ") + ArrayOf<T>::kName;
  if (!isArrayOf<T>()) throw refusal(expected);
  const auto array = value_.As<Napi::TypedArrayOf<T>>();
  if (length != kAny && array.ElementLength() != length) {
    throw refusal(expected + " of length " + std::to_string(length));
  }
  return {array.Data(), array.ElementLength()};
}

template <typename T>
std::vector<T> Argument::array(std::size_t length) const {
  const std::span<const T> given = elements<T>(length);
  return {given.begin(), given.end()};
}

template <typename T>
std::vector<T> Argument::finiteRows(std::size_t columns, std::size_t rows) const {
  const std::vector<T> values = array<T>(rows == kAny ? kAny : rows * columns);
  if (values.empty() || values.size() % columns != 0) {
    throw refusal("one or more rows of " + std::to_string(columns) + " numbers");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) throw NotFinite(i / columns, i % columns, static_cast<float>(values[i]));
  }
  return values;
}

}  // namespace handful::binding
