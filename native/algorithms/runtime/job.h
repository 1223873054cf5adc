#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <limits>

namespace handful {

/// Thrown by an algorithm that noticed that its job was cancelled.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "The operation was cancelled"; }
};

/// How far a job has come; see `Progress` in binding.d.ts.
struct Progress {
  const char* phase;
  double done;
  double total;
  double value;
};

/// One running operation: algorithms report to it and ask it whether to go on. `cancel` may come from any
/// thread.
class Job {
 public:
  using Listener = std::function<void(const Progress&)>;

  explicit Job(Listener listener = nullptr) : listener_(std::move(listener)) {}

  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  void throwIfCancelled() const {
    if (cancelled()) throw Cancelled();
  }

  /// Throws Cancelled where due; else tells the listener, at most every 50 ms. Only the job's own thread
  /// calls it.
  void report(const char* phase, double done, double total,
              double value = std::numeric_limits<double>::quiet_NaN()) {
    throwIfCancelled();
    if (!listener_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < nextReport_) return;
    nextReport_ = now + std::chrono::milliseconds(50);
    listener_({phase, done, total, value});
  }

  /// From inside a parallel loop: the job's own thread, which is worker 0, reports; the others only stop when
  /// the job is cancelled.
  void reportFrom(unsigned worker, const char* phase, std::size_t done, std::size_t total) {
    if (worker == 0) {
      report(phase, static_cast<double>(done), static_cast<double>(total));
    } else {
      throwIfCancelled();
    }
  }

 private:
  std::atomic<bool> cancelled_{false};
  Listener listener_;
  std::chrono::steady_clock::time_point nextReport_{};
};

}  // namespace handful
