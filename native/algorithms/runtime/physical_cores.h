#pragma once

#include <string>

namespace handful {

/// Physical cores that this process may run on, at least 1: of the cores that its affinity allows each counts
/// once, however many hardware threads it has, and a container's share of processor time is the most.
unsigned physicalCores();

#ifdef __linux__
/// Whole cores' worth of time that the process's control groups (version 1 or 2) grant it, at least 1; 0
/// where they set no bound. Files are read below `root`, which is empty but in tests.
unsigned controlGroupCores(const std::string& root);
#endif

}  // namespace handful
