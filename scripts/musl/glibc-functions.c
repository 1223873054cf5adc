// What Debian's libstdc++ and libgcc call of glibc and musl lacks, so that programs for musl run with them:
// enough to try the package's binaries, not more.

#include <sys/auxv.h>
#include <sys/random.h>
#include <time.h>

char __libc_single_threaded = 0;

size_t __strftime_l(char* text, size_t size, const char* format, const struct tm* time, locale_t locale) {
  return strftime_l(text, size, format, time, locale);
}

unsigned long __getauxval(unsigned long type) { return getauxval(type); }

unsigned arc4random(void) {
  unsigned number = 0;
  getrandom(&number, sizeof number, 0);
  return number;
}

// "Not found": libgcc then looks where it can.
int _dl_find_object(void* address, void* result) { return -1; }

// What threads leave behind goes when the process ends.
int __cxa_thread_atexit_impl(void (*destroy)(void*), void* object, void* library) { return 0; }

struct {
  unsigned vendor, type, subtype, features;
} __cpu_model;
int __cpu_indicator_init(void) { return 0; }
