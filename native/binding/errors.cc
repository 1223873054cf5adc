#include "errors.h"

#include <new>
#include <stdexcept>
#include <system_error>

#include "matrix/matrix.h"
#include "runtime/job.h"

namespace handful::binding {

Napi::Error makeError(Napi::Env env, const char* code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", code);
  return error;
}

namespace {

Napi::Error outOfMemory(Napi::Env env) {
  return makeError(env, "ERR_OUT_OF_MEMORY", "The memory that the operation needs could not be had");
}

}  // namespace

Napi::Value toJavaScript(Napi::Env env, std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Napi::Error& thrown) {
    return thrown.Value();
  } catch (const Cancelled& cancelled) {
    return makeError(env, "ERR_CANCELLED", cancelled.what()).Value();
  } catch (const NotFinite& notFinite) {
    Napi::Error error = makeError(env, "ERR_NOT_FINITE", notFinite.what());
    error.Set("row", static_cast<double>(notFinite.row));
    error.Set("column", static_cast<double>(notFinite.column));
    return error.Value();
  } catch (const std::bad_alloc&) {
    return outOfMemory(env).Value();
  } catch (const std::length_error&) {
    return outOfMemory(env).Value();
  } catch (const std::system_error& refused) {
    // The system started no thread: it lacks the memory, or allows no more.
    return makeError(env, "ERR_OUT_OF_MEMORY", std::string("No thread could be started: ") + refused.what())
        .Value();
  } catch (const std::invalid_argument& refused) {
    return makeError(env, "ERR_INVALID_ARGUMENT", refused.what()).Value();
  } catch (const std::exception& other) {
    return Napi::Error::New(env, other.what()).Value();
  }
}

}  // namespace handful::binding
