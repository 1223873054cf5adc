#pragma once

#include <napi.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "runtime/huge_pages.h"

namespace handful::binding {

/// How JavaScript calls an array of T.
template <typename T>
struct ArrayOf;
template <>
struct ArrayOf<float> {
  static constexpr napi_typedarray_type kType = napi_float32_array;
  static constexpr const char* kName = "Float32Array";
};
template <>
struct ArrayOf<double> {
  static constexpr napi_typedarray_type kType = napi_float64_array;
  static constexpr const char* kName = "Float64Array";
};
template <>
struct ArrayOf<std::uint8_t> {
  static constexpr napi_typedarray_type kType = napi_uint8_array;
  static constexpr const char* kName = "Uint8Array";
};
template <>
struct ArrayOf<std::int32_t> {
  static constexpr napi_typedarray_type kType = napi_int32_array;
  static constexpr const char* kName = "Int32Array";
};
template <>
struct ArrayOf<std::uint32_t> {
  static constexpr napi_typedarray_type kType = napi_uint32_array;
  static constexpr const char* kName = "Uint32Array";
};

/// A new typed array in memory that JavaScript owns. Made by its constructor, which throws where the memory
/// can't be had; Node-API's own function ends the process. Throws std::bad_alloc.
template <typename T>
Napi::TypedArrayOf<T> newTypedArray(Napi::Env env, std::size_t length) {
  try {
    const auto constructor = env.Global().Get(ArrayOf<T>::kName).template As<Napi::Function>();
    return constructor.New({Napi::Number::New(env, static_cast<double>(length))})
        .template As<Napi::TypedArrayOf<T>>();
  } catch (const Napi::Error&) {
    throw std::bad_alloc();
  }
}

/// A new typed array with these values.
template <typename T>
Napi::TypedArrayOf<T> toTypedArray(Napi::Env env, const std::vector<T>& values) {
  Napi::TypedArrayOf<T> array = newTypedArray<T>(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

/// An array that an operation writes into while it runs: JavaScript can't reach it before the operation
/// answers with it, and the reference keeps it until then.
template <typename T>
class OutputArray {
 public:
  OutputArray(Napi::Env env, std::size_t length) {
    Napi::TypedArrayOf<T> array = newTypedArray<T>(env, length);
    data_ = array.Data();
    preferHugePages(data_, length * sizeof(T));
    reference_ = Napi::Persistent(array.template As<Napi::Object>());
  }

  T* data() const { return data_; }
  Napi::Value value() const { return reference_.Value(); }

 private:
  T* data_;
  Napi::ObjectReference reference_;
};

}  // namespace handful::binding
