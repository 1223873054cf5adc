#include "runtime/thread_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

using handful::ThreadPool;

TEST_CASE("a loop runs every task once, whatever the number of threads") {
  for (const unsigned threads : {1u, 2u, 3u, 7u}) {
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    for (const std::size_t tasks : {0, 1, 2, 5, 1000}) {
      std::vector<std::atomic<int>> runs(tasks);
      pool.parallelFor(tasks, [&](std::size_t task, unsigned) { ++runs[task]; });
      for (const auto& count : runs) CHECK(count == 1);
    }
  }
}

TEST_CASE("no worker runs two tasks at once, and each number is below threads()") {
  ThreadPool pool(4);
  std::vector<std::atomic<int>> inside(pool.threads());
  std::atomic<bool> overlapped{false};
  for (int loop = 0; loop < 200; ++loop) {
    pool.parallelFor(64, [&](std::size_t, unsigned worker) {
      if (inside.at(worker)++ != 0) overlapped = true;
      --inside[worker];
    });
  }
  CHECK_FALSE(overlapped);
}

TEST_CASE("other threads take part") {
  ThreadPool pool(2);
  std::atomic<int> arrived{0};
  // Each of the two tasks waits for the other: one thread alone would never end.
  pool.parallelFor(2, [&](std::size_t, unsigned) {
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  CHECK(arrived == 2);
}

TEST_CASE("what a loop wrote is seen after it, and by the next loop") {
  ThreadPool pool(3);
  std::vector<std::size_t> values(100, 0);
  for (std::size_t loop = 1; loop <= 500; ++loop) {
    pool.parallelFor(values.size(), [&](std::size_t task, unsigned) { values[task] += loop; });
  }
  for (const std::size_t value : values) CHECK(value == 500 * 501 / 2);
}

TEST_CASE("an exception ends the loop early, is thrown to the caller, and leaves the pool usable") {
  for (const unsigned threads : {1u, 3u}) {
    ThreadPool pool(threads);
    std::atomic<std::size_t> runs{0};
    const auto failing = [&](std::size_t task, unsigned) {
      ++runs;
      if (task == 3) throw std::runtime_error("task 3");
    };
    CHECK_THROWS_WITH_AS(pool.parallelFor(1'000'000, failing), "task 3", std::runtime_error);
    CHECK(runs < 1'000'000);

    runs = 0;
    pool.parallelFor(10, [&](std::size_t, unsigned) { ++runs; });
    CHECK(runs == 10);
  }
}

TEST_CASE("a pool that never ran a loop starts no thread and ends at once") {
  const ThreadPool unused(256);
  CHECK(unused.threads() == 256);
}
