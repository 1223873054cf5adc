#include "environment.h"

#include "dispatch.h"
#include "job_object.h"
#include "prepared_rows.h"
#include "runtime/physical_cores.h"

namespace handful::binding {

Environment::Environment(Napi::Env env)
    : jobClass(Napi::Persistent(JobObject::define(env))),
      preparedRowsClass(Napi::Persistent(PreparedRows::define(env))),
      settings{&bestKernels(), physicalCores()},
      executor(env) {}

}  // namespace handful::binding
