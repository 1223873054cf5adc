#include "runtime/physical_cores.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#ifdef __linux__
#include <unistd.h>
#endif

TEST_CASE("there is at least one physical core, and no more than hardware threads") {
  CHECK(handful::physicalCores() >= 1);
  CHECK(handful::physicalCores() <= std::thread::hardware_concurrency());
}

#ifdef __linux__

namespace {

/// A directory tree in place of / that ends with the test.
class Root {
 public:
  Root() : path_(std::filesystem::temp_directory_path() / ("handful-test-" + std::to_string(getpid()))) {}
  ~Root() { std::filesystem::remove_all(path_); }

  void write(const std::string& file, const std::string& text) {
    const auto path = path_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  unsigned cores() const { return handful::controlGroupCores(path_); }

 private:
  const std::filesystem::path path_;
};

}  // namespace

TEST_CASE("without control groups nothing bounds the cores") { CHECK(Root().cores() == 0); }

TEST_CASE("version 2: the least of the group's quota and those above it counts, in whole cores") {
  Root root;
  root.write("proc/self/cgroup", "0::/outer/inner\n");
  root.write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  CHECK(root.cores() == 0);
  root.write("sys/fs/cgroup/outer/inner/cpu.max", "350000 100000\n");
  CHECK(root.cores() == 3);
  root.write("sys/fs/cgroup/outer/cpu.max", "200000 100000\n");
  CHECK(root.cores() == 2);
  root.write("sys/fs/cgroup/outer/inner/cpu.max", "50000 100000\n");
  CHECK(root.cores() == 1);
}

TEST_CASE("version 2: a container whose path is the host's is bound by its own root") {
  Root root;
  root.write("proc/self/cgroup", "0::/docker/0123456789ab\n");
  root.write("sys/fs/cgroup/cpu.max", "400000 100000\n");
  CHECK(root.cores() == 4);
}

TEST_CASE("version 1: quota and period lie in two files of the cpu controller") {
  Root root;
  root.write("proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/job\n1:cpuset:/job\n");
  root.write("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  root.write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  CHECK(root.cores() == 0);
  root.write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "600000\n");
  CHECK(root.cores() == 6);
}

#endif
