#pragma once

#include "job.h"
#include "kernels.h"
#include "thread_pool.h"

namespace handful {

/// What every algorithm runs with: the kernels in use, the threads, and the job it reports to.
struct Context {
  const Kernels& kernels;
  ThreadPool& pool;
  Job& job;
};

}  // namespace handful
