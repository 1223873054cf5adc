#pragma once

#include <napi.h>

#include <exception>
#include <string>

namespace handful::binding {

/// An error with the `code` that binding.d.ts gives the reason.
Napi::Error makeError(Napi::Env env, const char* code, const std::string& message);

/// What JavaScript sees of a C++ exception: the error with its code, or what a callback threw, as it was
/// thrown.
Napi::Value toJavaScript(Napi::Env env, std::exception_ptr failure);

/// Runs a body that works at once, its exceptions thrown on as errors of JavaScript.
template <typename Body>
Napi::Value throwing(Napi::Env env, const Body& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw Napi::Error(env, toJavaScript(env, std::current_exception()));
  }
}

}  // namespace handful::binding
