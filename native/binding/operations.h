#pragma once

#include <napi.h>

#include <memory>

#include "operation.h"

namespace handful::binding {

// The operations of binding.d.ts: each reads its arguments, the job apart, and copies whatever the work needs
// of them.

std::unique_ptr<Operation> pairwiseDistancesOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> nearestOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> neighborGraphOperation(const Napi::CallbackInfo& info);

std::unique_ptr<Operation> assignOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> kMeansPlusPlusOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> kMeansOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> miniBatchKMeansOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> miniBatchKMeansStepOperation(const Napi::CallbackInfo& info);

std::unique_ptr<Operation> farthestFirstOperation(const Napi::CallbackInfo& info);

std::unique_ptr<Operation> logisticRegressionOperation(const Napi::CallbackInfo& info);

std::unique_ptr<Operation> linearOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> columnStatisticsOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> scaleColumnsOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> normalizeRowsOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> principalComponentsOperation(const Napi::CallbackInfo& info);

std::unique_ptr<Operation> spreadLabelsOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> smoothRowsOperation(const Napi::CallbackInfo& info);

std::unique_ptr<Operation> learnPatchesOperation(const Napi::CallbackInfo& info);
std::unique_ptr<Operation> patchFeaturesOperation(const Napi::CallbackInfo& info);

}  // namespace handful::binding
