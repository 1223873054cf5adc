#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace handful {

/// Threads that share the tasks of one parallel loop at a time; asleep in between.
///
/// Results must not depend on which worker runs a task: algorithms split their work into the same tasks for
/// any number of threads, give each task its own place for results, and combine those in order.
class ThreadPool {
 public:
  /// `threads` counts the calling thread: a pool of 1 starts none. Threads start with the first loop that
  /// needs them; where the system lets no more be started, those there are do the work.
  explicit ThreadPool(unsigned threads) : threads_(threads) {}
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned threads() const { return threads_; }

  /// Runs body(task, worker) for every task from 0 to tasks - 1; worker is below threads() and never runs two
  /// tasks at once. Returns when all have ended; the first exception ends the loop early and is thrown again
  /// here. One loop at a time: a body starts none on the same pool.
  template <typename Body>
  void parallelFor(std::size_t tasks, const Body& body) {
    run({[](const void* erased, std::size_t task, unsigned worker) {
           (*static_cast<const Body*>(erased))(task, worker);
         },
         &body, tasks});
  }

 private:
  /// A loop's body, type erased without a copy, and how often it is to run.
  struct Loop {
    void (*call)(const void* body, std::size_t task, unsigned worker);
    const void* body;
    std::size_t tasks;
  };

  void run(const Loop& loop);
  void startWorkers();
  void work(unsigned worker);
  void runTasks(const Loop& loop, unsigned worker);

  const unsigned threads_;
  std::vector<std::thread> workers_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable finished_;
  // Written under the mutex; atomic where a thread also looks at them for a moment before it takes the mutex.
  std::atomic<unsigned long> generation_{0};
  std::atomic<unsigned> busy_{0};
  bool stopping_ = false;
  /// The loop under way; null once no worker may join it any more.
  const Loop* loop_ = nullptr;
  std::exception_ptr failure_;

  std::atomic<std::size_t> nextTask_{0};
};

}  // namespace handful
