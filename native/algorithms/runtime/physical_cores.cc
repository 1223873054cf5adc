#include "runtime/physical_cores.h"

#include <algorithm>
#include <thread>

#if defined(__linux__)
#include <sched.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <vector>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(_WIN32)
#define NOMINMAX
#include <windows.h>

#include <vector>
#endif

namespace handful {

#if defined(__linux__)

namespace {

/// A small file's text; empty where it can't be read. The C++ library's streams are used nowhere: linked in,
/// they would make up a quarter of the addon.
std::string textOf(const std::string& path) {
  std::string text;
  if (std::FILE* const file = std::fopen(path.c_str(), "r")) {
    char part[4096];
    while (const std::size_t length = std::fread(part, 1, sizeof part, file)) text.append(part, length);
    std::fclose(file);
  }
  return text;
}

/// The parts of a text between separators.
std::vector<std::string> partsOf(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char each : text) {
    if (each == separator) {
      parts.emplace_back();
    } else {
      parts.back() += each;
    }
  }
  return parts;
}

/// The processors that this thread may run on, by the system's numbers.
std::vector<int> allowedProcessors() {
  // The kernel refuses a set that is too small for the machine: try larger ones.
  for (int most = CPU_SETSIZE; most <= (1 << 20); most *= 2) {
    cpu_set_t* const set = CPU_ALLOC(most);
    const std::size_t size = CPU_ALLOC_SIZE(most);
    const bool known = sched_getaffinity(0, size, set) == 0;
    std::vector<int> processors;
    for (int processor = 0; known && processor < most; ++processor) {
      if (CPU_ISSET_S(processor, size, set)) processors.push_back(processor);
    }
    CPU_FREE(set);
    if (known) return processors;
  }
  return {};
}

/// Cores among the processors: hardware threads of one core name the same siblings.
unsigned coresOf(const std::vector<int>& processors) {
  std::set<std::string> cores;
  for (const int processor : processors) {
    const std::string number = std::to_string(processor);
    const std::string siblings =
        textOf("/sys/devices/system/cpu/cpu" + number + "/topology/thread_siblings_list");
    cores.insert(siblings.empty() ? number : siblings);
  }
  return static_cast<unsigned>(cores.size());
}

/// A quota and a period of processor time, in the same unit, as cores; infinite where there is no bound.
double coresOfQuota(const std::string& quota, const std::string& period) {
  // "max" and -1 stand for no bound, and so does a file that can't be read.
  const double granted = std::strtod(quota.c_str(), nullptr), of = std::strtod(period.c_str(), nullptr);
  return granted > 0 && of > 0 ? granted / of : INFINITY;
}

/// Version 2: one file, "quota period".
double quotaOfVersion2(const std::string& group) {
  const std::vector<std::string> words = partsOf(textOf(group + "/cpu.max"), ' ');
  return words.size() == 2 ? coresOfQuota(words[0], words[1]) : INFINITY;
}

double quotaOfVersion1(const std::string& group) {
  return coresOfQuota(textOf(group + "/cpu.cfs_quota_us"), textOf(group + "/cpu.cfs_period_us"));
}

}  // namespace

unsigned controlGroupCores(const std::string& root) {
  double cores = INFINITY;
  // Each line: hierarchy number, its controllers separated by commas (none in version 2), path of the group.
  for (const std::string& line : partsOf(textOf(root + "/proc/self/cgroup"), '\n')) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool version2 = controllers.empty();
    const std::vector<std::string> names = partsOf(controllers, ',');
    if (!version2 && std::find(names.begin(), names.end(), "cpu") == names.end()) continue;
    // Every group above bounds it too. In a container the path may be the host's and not exist here: then
    // only the root counts, which is the container's own group.
    std::string path = line.substr(second + 1);
    for (bool more = true; more;) {
      if (path == "/") path.clear();
      cores = std::min(cores, version2 ? quotaOfVersion2(root + "/sys/fs/cgroup" + path)
                                       : quotaOfVersion1(root + "/sys/fs/cgroup/cpu" + path));
      more = !path.empty();
      path.erase(std::min(path.rfind('/'), path.size()));
    }
  }
  return std::isinf(cores) ? 0 : std::max(1u, static_cast<unsigned>(cores));
}

unsigned physicalCores() {
  unsigned cores = coresOf(allowedProcessors());
  if (cores == 0) cores = std::max(1u, std::thread::hardware_concurrency());
  const unsigned granted = controlGroupCores("");
  return granted ? std::min(cores, granted) : cores;
}

#elif defined(__APPLE__)

unsigned physicalCores() {
  int cores = 0;
  std::size_t size = sizeof cores;
  if (sysctlbyname("hw.physicalcpu", &cores, &size, nullptr, 0) == 0 && cores > 0) {
    return static_cast<unsigned>(cores);
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

#elif defined(_WIN32)

unsigned physicalCores() {
  DWORD_PTR allowed = 0, present = 0;
  GetProcessAffinityMask(GetCurrentProcess(), &allowed, &present);
  DWORD bytes = 0;
  GetLogicalProcessorInformation(nullptr, &bytes);
  std::vector<SYSTEM_LOGICAL_PROCESSOR_INFORMATION> entries(bytes /
                                                            sizeof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION));
  unsigned cores = 0;
  if (GetLogicalProcessorInformation(entries.data(), &bytes)) {
    for (const auto& entry : entries) {
      if (entry.Relationship == RelationProcessorCore && (entry.ProcessorMask & allowed)) ++cores;
    }
  }
  return cores ? cores : std::max(1u, std::thread::hardware_concurrency());
}

#else

unsigned physicalCores() { return std::max(1u, std::thread::hardware_concurrency()); }

#endif

}  // namespace handful
