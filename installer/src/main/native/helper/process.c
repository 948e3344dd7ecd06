/* What the executable asks of the process and of its threads. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

char **getEnviron(void) { return environ; }

int getThreadId(void) { return (int)syscall(SYS_gettid); }

/* Returns how long a thread has run in user mode, in nanoseconds, or -1. */
int64_t getThreadUserTimeSlow(int thread) {
  char path[64];
  char line[1024];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return -1;
  }
  const size_t length = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[length] = '\0';
  /* The second field is the name in parentheses, which may hold anything; the time is the 14th. */
  const char *rest = strrchr(line, ')');
  unsigned long long ticks;
  if (rest == NULL || sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu", &ticks) != 1) {
    return -1;
  }
  return (int64_t)(ticks * (1000000000ULL / (unsigned long long)sysconf(_SC_CLK_TCK)));
}

void *mremapP(void *old_address, size_t old_size, size_t new_size, int flags, void *new_address) {
  return mremap(old_address, old_size, new_size, flags, new_address);
}

/* x86-64 sees new code by itself. */
void codeSynchronization_clearCache(int64_t from, int64_t to) {
  __builtin___clear_cache((char *)from, (char *)to); /* NOLINT */
}

/* The builder cannot call functions of any number of arguments: these have those that it needs. */
int openSII(const char *path, int flags, int mode) { return open(path, flags, mode); }

int fprintfSD(FILE *file, const char *format, const char *text, int number) { return fprintf(file, format, text, number); }

/* Our stand-in for HotSpot's library has nothing to prepare. */
void initialize(void) {}
