#include "environment.h"

#include "dispatch.h"
#include "job_object.h"
#include "physical_cores.h"
#include "prepared_rows.h"

namespace handful::binding {

Environment::Environment(Napi::Env env)
    : jobClass(Napi::Persistent(JobObject::define(env))),
      preparedRowsClass(Napi::Persistent(PreparedRows::define(env))),
      settings{&bestKernels(), physicalCores()},
      executor(env) {}

}  // namespace handful::binding
