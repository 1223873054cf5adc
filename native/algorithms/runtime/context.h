#pragma once

#include "kernels.h"
#include "runtime/job.h"
#include "runtime/thread_pool.h"

namespace handful {

/// What every algorithm runs with: the kernels in use, the threads, and the job it reports to.
struct Context {
  const Kernels& kernels;
  ThreadPool& pool;
  Job& job;
};

}  // namespace handful
