#pragma once

#include <napi.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "operation.h"
#include "runtime/job.h"

namespace handful::binding {

class Executor;

/// What an operation runs with; later changes of the environment's settings leave it alone.
struct Settings {
  const Kernels* kernels;
  unsigned threads;
};

/// One operation under way, from its start to its promise settled.
class Execution {
 public:
  Execution(Executor& executor, std::unique_ptr<Operation> operation, Settings settings,
            Napi::Promise::Deferred deferred, Napi::Function onProgress);

  /// Makes the promise reject soon: at once where the work has not begun. Only on the JavaScript thread.
  void cancel(Napi::Env env);

 private:
  friend class Executor;

  /// Whether to do the work takes less time than to hand it to another thread; then no progress is told
  /// either.
  bool small() const;
  /// Does the work; whatever it throws is kept for `settle`. On any thread.
  void compute(ThreadPool& pool);
  /// Calls `onProgress`; where that throws the operation is cancelled, and rejects with what was thrown.
  void report(Napi::Env env, const Progress& progress);
  void settle(Napi::Env env);

  Executor& executor_;
  const std::unique_ptr<Operation> operation_;
  const Settings settings_;
  const Napi::Promise::Deferred deferred_;
  const Napi::FunctionReference onProgress_;
  Job job_;
  std::exception_ptr failure_;
  /// What `onProgress` threw. On the JavaScript thread, like all that follows from it.
  std::exception_ptr thrown_;

  // Guarded by the executor's mutex.
  std::optional<Progress> progress_;
  bool finished_ = false;
};

/// Runs the operations of one environment off its event loop, one after another, in the order of their start,
/// each on all threads: a coordinating thread takes them from a queue and is the first worker of the thread
/// pool. Promises settle and progress is reported on the JavaScript thread. The process stays alive while
/// anything is under way.
///
/// All functions are called on the JavaScript thread, but for `post`.
class Executor {
 public:
  explicit Executor(Napi::Env env);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Runs the operation: right here if it is so small that to hand it to another thread would take longer,
  /// and if this turn of the event loop has time left.
  void start(Napi::Env env, std::shared_ptr<Execution> execution);
  void cancel(Napi::Env env, Execution& execution);
  /// Takes note of an operation's progress, for the JavaScript thread. Only the coordinating thread calls it.
  void post(Execution& execution, const Progress& progress);

 private:
  static void deliverTo(Napi::Env env, Napi::Function, Executor* executor, void*);
  using Signal = Napi::TypedThreadSafeFunction<Executor, void, deliverTo>;

  /// Whether this turn of the event loop has time left for work on the JavaScript thread. A promise that
  /// settles on the spot takes only a microtask: a caller that awaits one after the other would never let the
  /// loop turn, and timers, signals and finalizers would wait for ever.
  bool turnHasTime();
  void open(Napi::Env env);
  void close();
  void coordinate();
  void deliver(Napi::Env env);
  void retire(Napi::Env env, const Execution& execution);

  /// Begun and not settled, in the order of their start. Holds the only lasting reference to each, so that
  /// they end on the JavaScript thread; only that thread looks at it.
  std::deque<std::shared_ptr<Execution>> pending_;
  /// For operations that run on the JavaScript thread.
  ThreadPool ownThread_{1};
  /// When this turn of the event loop did its first work here; nothing if it has done none.
  std::optional<std::chrono::steady_clock::time_point> turnBegan_;
  /// Node's function, and what it is given to call in the next turn.
  Napi::FunctionReference setImmediate_;
  Napi::FunctionReference endTurn_;

  std::optional<Signal> signal_;
  std::thread coordinator_;

  std::mutex mutex_;
  std::condition_variable wake_;
  /// Of the pending ones those that wait for their turn.
  std::deque<Execution*> queue_;
  bool stopping_ = false;
};

}  // namespace handful::binding
