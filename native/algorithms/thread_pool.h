#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace handful {

/// Threads that share the tasks of one parallel loop at a time; asleep in between.
///
/// Results must not depend on which worker runs a task: algorithms split their work into the same tasks for any
/// number of threads, give each task its own place for results, and combine those in order.
class ThreadPool {
 public:
  /// `threads` counts the calling thread: a pool of 1 starts none. Threads start with the first loop that needs them.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned threads() const { return threads_; }

  /// Runs body(task, worker) for every task from 0 to tasks - 1; worker is below threads() and never runs two
  /// tasks at once. Returns when all have ended; the first exception ends the loop early and is thrown again here.
  void parallelFor(std::size_t tasks, const std::function<void(std::size_t task, unsigned worker)>& body);

 private:
  void work(unsigned worker);
  void runTasks(unsigned worker);

  const unsigned threads_;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable finished_;
  bool stopping_ = false;
  unsigned long generation_ = 0;
  unsigned busy_ = 0;
  const std::function<void(std::size_t, unsigned)>* body_ = nullptr;
  std::size_t tasks_ = 0;
  std::atomic<std::size_t> next_{0};
  std::exception_ptr failure_;
};

/// Physical cores that this process may run on, at least 1.
unsigned physicalCores();

}  // namespace handful
