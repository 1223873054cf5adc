// Lets an addon built on a new glibc load on every one that Node itself runs on (2.28 and later). What would
// ask for a newer one are functions that got a new version without a change that matters here, and one
// variable of the C++ library's.

#include <pthread.h>

#if defined(__x86_64__)
#define HANDFUL_FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define HANDFUL_FIRST_VERSION "GLIBC_2.17"
#endif

// The linker's --wrap sends every call of `name` to __wrap_name, and that to the first version of it.
#define HANDFUL_FORWARD(Result, name, parameters, arguments)            \
  __asm__(".symver first_" #name ", " #name "@" HANDFUL_FIRST_VERSION); \
  Result first_##name parameters;                                       \
  Result __wrap_##name parameters { return first_##name arguments; }

extern "C" {

// 2.34 moved the threads into the C library itself.
HANDFUL_FORWARD(int, pthread_create,
                (pthread_t * thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument),
                (thread, attributes, run, argument))
HANDFUL_FORWARD(int, pthread_join, (pthread_t thread, void** result), (thread, result))
HANDFUL_FORWARD(int, pthread_once, (pthread_once_t * once, void (*run)()), (once, run))
// 2.29 ceased to report their errors through matherr.
HANDFUL_FORWARD(double, exp, (double x), (x))
HANDFUL_FORWARD(double, log, (double x), (x))

// Whether the C++ library may do without atomic operations (2.32): never here.
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;
}
