// Lets an addon built on a new glibc load on an old one, down to 2.17. What it would need a new one for are
// two thread functions, which 2.34 moved into another library under a new version without a change, and one
// variable.

#include <pthread.h>

#if defined(__x86_64__)
#define HANDFUL_OLD_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define HANDFUL_OLD_VERSION "GLIBC_2.17"
#endif

extern "C" {

__asm__(".symver old_pthread_create, pthread_create@" HANDFUL_OLD_VERSION);
__asm__(".symver old_pthread_join, pthread_join@" HANDFUL_OLD_VERSION);
int old_pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
int old_pthread_join(pthread_t, void**);

// The linker's --wrap sends every call here.
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                          void* argument) {
  return old_pthread_create(thread, attributes, run, argument);
}
int __wrap_pthread_join(pthread_t thread, void** result) { return old_pthread_join(thread, result); }

// The C++ library asks whether it may do without atomic operations: never here.
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;
}
