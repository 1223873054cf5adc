// What the addon exports: the `Addon` of binding.d.ts.

#include <napi.h>

#include "arguments.h"
#include "dispatch.h"
#include "environment.h"
#include "job_object.h"
#include "operations.h"
#include "prepared_rows.h"
#include "runtime/physical_cores.h"

namespace handful::binding {
namespace {

/// Exported function that works at once.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value atOnce(const Napi::CallbackInfo& info) {
  return throwing(info.Env(), [&] { return function(info); });
}

/// Exported function that starts an operation and answers with its promise, which whatever goes wrong
/// rejects.
template <std::unique_ptr<Operation> (*read)(const Napi::CallbackInfo&)>
Napi::Value start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto deferred = Napi::Promise::Deferred::New(env);
  try {
    const Argument given(info[0], "job");
    JobObject* const job = JobObject::of(info[0]);
    if (!job) throw given.refusal("a job of createJob()");
    std::unique_ptr<Operation> operation = read(info);
    // Asked last: options may have getters, and those may use the job.
    if (job->served()) throw given.refusal("a job that has served no operation yet");
    Environment& environment = Environment::of(env);
    const auto execution = std::make_shared<Execution>(environment.executor, std::move(operation),
                                                       environment.settings, deferred, job->onProgress());
    job->serve(execution);
    environment.executor.start(env, execution);
  } catch (...) {
    deferred.Reject(toJavaScript(env, std::current_exception()));
  }
  return deferred.Promise();
}

Napi::Value listInstructionSets(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Array list = Napi::Array::New(env);
  for (const InstructionSetInfo& set : instructionSets()) {
    Napi::Object described = Napi::Object::New(env);
    described["name"] = set.name;
    described["supported"] = set.kernels != nullptr;
    if (!set.kernels) described["reason"] = set.reason;
    list[list.Length()] = described;
  }
  return list;
}

Napi::Value instructionSet(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), Environment::of(info.Env()).settings.kernels->name);
}

Napi::Value setInstructionSet(const Napi::CallbackInfo& info) {
  const Argument name(info[0], "the instruction set");
  std::string known;
  for (const InstructionSetInfo& set : instructionSets()) {
    if (!set.kernels) continue;
    if (info[0].IsString() && info[0].As<Napi::String>().Utf8Value() == set.name) {
      Environment::of(info.Env()).settings.kernels = set.kernels;
      return info.Env().Undefined();
    }
    known += (known.empty() ? "'" : ", '") + set.name + "'";
  }
  throw name.refusal("one of " + known);
}

Napi::Value threads(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Environment::of(info.Env()).settings.threads);
}

Napi::Value setThreads(const Napi::CallbackInfo& info) {
  constexpr std::size_t kMaxThreads = 256;
  Environment::of(info.Env()).settings.threads =
      static_cast<unsigned>(Argument(info[0], "threads").count(1, kMaxThreads));
  return info.Env().Undefined();
}

Napi::Value countPhysicalCores(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), physicalCores());
}

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
void add(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<function>(exports.Env(), name));
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Environment(env));

  add<atOnce<createJob>>(exports, "createJob");
  add<atOnce<prepare>>(exports, "prepare");

  add<start<pairwiseDistancesOperation>>(exports, "pairwiseDistances");
  add<start<nearestOperation>>(exports, "nearest");
  add<start<neighborGraphOperation>>(exports, "neighborGraph");
  add<start<assignOperation>>(exports, "assign");
  add<start<kMeansPlusPlusOperation>>(exports, "kmeansPlusPlus");
  add<start<kMeansOperation>>(exports, "kmeans");
  add<start<miniBatchKMeansOperation>>(exports, "miniBatchKMeans");
  add<start<miniBatchKMeansStepOperation>>(exports, "miniBatchKMeansStep");
  add<start<farthestFirstOperation>>(exports, "farthestFirst");
  add<start<logisticRegressionOperation>>(exports, "logisticRegression");
  add<start<linearOperation>>(exports, "linear");
  add<start<spreadLabelsOperation>>(exports, "spreadLabels");
  add<start<smoothRowsOperation>>(exports, "smoothRows");
  add<start<learnPatchesOperation>>(exports, "learnPatches");
  add<start<patchFeaturesOperation>>(exports, "patchFeatures");
  add<start<columnStatisticsOperation>>(exports, "columnStatistics");
  add<start<scaleColumnsOperation>>(exports, "scaleColumns");
  add<start<normalizeRowsOperation>>(exports, "normalizeRows");
  add<start<principalComponentsOperation>>(exports, "principalComponents");

  add<atOnce<listInstructionSets>>(exports, "instructionSets");
  add<atOnce<instructionSet>>(exports, "instructionSet");
  add<atOnce<setInstructionSet>>(exports, "setInstructionSet");
  add<atOnce<threads>>(exports, "threads");
  add<atOnce<setThreads>>(exports, "setThreads");
  add<atOnce<countPhysicalCores>>(exports, "physicalCores");
  return exports;
}

}  // namespace

NODE_API_MODULE(handful, initialize)

}  // namespace handful::binding
