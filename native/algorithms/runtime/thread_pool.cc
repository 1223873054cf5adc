#include "runtime/thread_pool.h"

#include <chrono>
#include <system_error>
#include <utility>

namespace handful {
namespace {

/// Algorithms run one short loop after another: a thread looks for the next one about as long as it takes to
/// wake a sleeping thread, and only then sleeps.
constexpr std::chrono::microseconds kSpin{50};

template <typename Condition>
void spinUntil(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + kSpin;
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

}  // namespace

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ++generation_;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(const Loop& loop) {
  if (loop.tasks > 1 && threads_ > 1 && workers_.empty()) startWorkers();
  if (loop.tasks <= 1 || workers_.empty()) {
    for (std::size_t task = 0; task < loop.tasks; ++task) loop.call(loop.body, task, 0);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    loop_ = &loop;
    nextTask_ = 0;
    ++generation_;
  }
  wake_.notify_all();
  runTasks(loop, 0);
  spinUntil([this] { return busy_ == 0; });

  std::unique_lock lock(mutex_);
  // A worker that wakes only now finds nothing to join: no one waits for it.
  loop_ = nullptr;
  finished_.wait(lock, [this] { return busy_ == 0; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::startWorkers() {
  workers_.reserve(threads_ - 1);
  try {
    while (workers_.size() < threads_ - 1) {
      workers_.emplace_back(&ThreadPool::work, this, static_cast<unsigned>(workers_.size() + 1));
    }
  } catch (const std::system_error&) {
    // As many as the system gives.
  }
}

void ThreadPool::work(unsigned worker) {
  unsigned long seen = 0;
  for (;;) {
    spinUntil([&] { return generation_ != seen; });
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return generation_ != seen; });
    seen = generation_;
    if (stopping_) return;
    if (!loop_) continue;
    const Loop& loop = *loop_;
    ++busy_;
    lock.unlock();

    runTasks(loop, worker);

    lock.lock();
    if (--busy_ == 0) finished_.notify_one();
  }
}

void ThreadPool::runTasks(const Loop& loop, unsigned worker) {
  try {
    for (std::size_t task; (task = nextTask_++) < loop.tasks;) loop.call(loop.body, task, worker);
  } catch (...) {
    nextTask_ = loop.tasks;
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

}  // namespace handful
