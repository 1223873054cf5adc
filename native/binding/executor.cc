#include "executor.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "errors.h"

namespace handful::binding {
namespace {

/// Multiplications that take about as long as to wake another thread and to be woken by it: some 30
/// microseconds, a few hundred without vector instructions.
constexpr double kInlineWork = 1 << 20;

/// How long one turn of the event loop may be kept by work done on the spot, and by what is done in between.
constexpr std::chrono::milliseconds kTurn{10};

}  // namespace

Execution::Execution(Executor& executor, std::unique_ptr<Operation> operation, Settings settings,
                     Napi::Promise::Deferred deferred, Napi::Function onProgress)
    : executor_(executor),
      operation_(std::move(operation)),
      settings_(settings),
      deferred_(deferred),
      onProgress_(onProgress.IsEmpty() ? Napi::FunctionReference() : Napi::Persistent(onProgress)),
      // What is done on the spot holds up the event loop that it would be told on.
      job_(onProgress.IsEmpty() || small() ? Job::Listener() : [this](const Progress& progress) {
        executor_.post(*this, progress);
      }) {}

bool Execution::small() const { return operation_->work() <= kInlineWork; }

void Execution::cancel(Napi::Env env) { executor_.cancel(env, *this); }

void Execution::compute(ThreadPool& pool) {
  try {
    job_.throwIfCancelled();
    Context context{*settings_.kernels, pool, job_};
    operation_->compute(context);
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void Execution::report(Napi::Env env, const Progress& progress) {
  if (thrown_) return;
  try {
    Napi::Object told = Napi::Object::New(env);
    told["phase"] = progress.phase;
    told["done"] = progress.done;
    told["total"] = progress.total;
    if (!std::isnan(progress.value)) told["value"] = progress.value;
    onProgress_.Call({told});
  } catch (const Napi::Error&) {
    thrown_ = std::current_exception();
    job_.cancel();
  }
}

void Execution::settle(Napi::Env env) {
  try {
    if (thrown_) std::rethrow_exception(thrown_);
    if (failure_) std::rethrow_exception(failure_);
    deferred_.Resolve(operation_->answer(env));
  } catch (...) {
    deferred_.Reject(toJavaScript(env, std::current_exception()));
  }
}

Executor::Executor(Napi::Env env)
    : setImmediate_(Napi::Persistent(env.Global().Get("setImmediate").As<Napi::Function>())),
      endTurn_(Napi::Persistent(
          Napi::Function::New(env, [this](const Napi::CallbackInfo&) { turnBegan_.reset(); }))) {}

bool Executor::turnHasTime() {
  const auto now = std::chrono::steady_clock::now();
  if (turnBegan_) return now - *turnBegan_ < kTurn;
  setImmediate_.Call({endTurn_.Value()});
  turnBegan_ = now;
  return true;
}

void Executor::start(Napi::Env env, std::shared_ptr<Execution> execution) {
  if (execution->small() && turnHasTime()) {
    execution->compute(ownThread_);
    execution->settle(env);
    return;
  }
  open(env);
  pending_.push_back(execution);
  if (pending_.size() == 1) signal_->Ref(env);
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(execution.get());
  }
  wake_.notify_one();
}

void Executor::cancel(Napi::Env env, Execution& execution) {
  execution.job_.cancel();
  {
    const std::lock_guard lock(mutex_);
    const auto place = std::find(queue_.begin(), queue_.end(), &execution);
    if (place == queue_.end()) return;
    queue_.erase(place);
  }
  execution.failure_ = std::make_exception_ptr(Cancelled());
  retire(env, execution);
  execution.settle(env);
}

void Executor::post(Execution& execution, const Progress& progress) {
  {
    const std::lock_guard lock(mutex_);
    execution.progress_ = progress;
  }
  signal_->NonBlockingCall();
}

void Executor::open(Napi::Env env) {
  if (!signal_) {
    signal_ = Signal::New(env, "handful", 0, 1, this);
    signal_->Unref(env);
    // Added after the signal's own hook and so run before it: when the environment ends, by itself or by
    // terminate() in the middle of everything, nothing of it may run on.
    env.AddCleanupHook([this] { close(); });
  }
  if (!coordinator_.joinable()) coordinator_ = std::thread(&Executor::coordinate, this);
}

void Executor::close() {
  for (const auto& execution : pending_) execution->job_.cancel();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (coordinator_.joinable()) coordinator_.join();
  pending_.clear();
  signal_->Release();
}

void Executor::coordinate() {
  std::optional<ThreadPool> pool;
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Execution& execution = *queue_.front();
    queue_.pop_front();
    lock.unlock();

    const unsigned threads = execution.settings_.threads;
    if (!pool || pool->threads() != threads) pool.emplace(threads);
    execution.compute(*pool);

    lock.lock();
    execution.finished_ = true;
    lock.unlock();
    signal_->NonBlockingCall();
  }
}

void Executor::deliverTo(Napi::Env env, Napi::Function, Executor* executor, void*) {
  // Without an environment it is over: calls that were still on their way are thrown away.
  if (env) executor->deliver(env);
}

void Executor::deliver(Napi::Env env) {
  // They finish in the order of their start.
  while (!pending_.empty()) {
    const Napi::HandleScope scope(env);
    const std::shared_ptr<Execution> execution = pending_.front();
    std::unique_lock lock(mutex_);
    const std::optional<Progress> progress = std::exchange(execution->progress_, std::nullopt);
    const bool finished = execution->finished_;
    lock.unlock();

    if (progress) execution->report(env, *progress);
    if (!finished) return;
    retire(env, *execution);
    execution->settle(env);
  }
}

void Executor::retire(Napi::Env env, const Execution& execution) {
  std::erase_if(pending_, [&](const auto& pending) { return pending.get() == &execution; });
  if (pending_.empty()) signal_->Unref(env);
}

}  // namespace handful::binding
