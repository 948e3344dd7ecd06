/* Stands in for HotSpot's libjvm, which the JDK's libraries want functions of: here are those that are called in an executable without HotSpot. All
 * others end the process, see missing.c that the build makes. The prototypes are those that the callers were compiled with. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jni.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const jlong NANOSECONDS = 1000000000;

/* How many processors we may run on. */
JNIEXPORT jint JNICALL JVM_ActiveProcessorCount(void) {
  cpu_set_t ours;
  if (sched_getaffinity(0, sizeof ours, &ours) == 0) {
    return CPU_COUNT(&ours);
  }
  /* More of them than the set has room for. */
  return (jint)sysconf(_SC_NPROCESSORS_ONLN);
}

/* Java has run what it wants to run at the end; destructors of libraries would run while other threads still use them. */
JNIEXPORT void JNICALL JVM_Halt(jint status) { _exit(status); }

/* Nothing here needs to be told that the end is near. */
JNIEXPORT void JNICALL JVM_BeforeHalt(void) {}

JNIEXPORT jlong JNICALL JVM_NanoTime(JNIEnv *env, jclass ignored) {
  (void)env;
  (void)ignored;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (jlong)now.tv_sec * NANOSECONDS + now.tv_nsec;
}

JNIEXPORT void *JNICALL JVM_FindLibraryEntry(void *handle, const char *name) { return dlsym(handle, name); }

/* Paths are what they are. */
JNIEXPORT char *JNICALL JVM_NativePath(char *path) { return path; }

/* The libraries lock what they share with these. */
JNIEXPORT void *JNICALL JVM_RawMonitorCreate(void) {
  pthread_mutex_t *monitor = malloc(sizeof *monitor);
  pthread_mutexattr_t kind;
  if (monitor == NULL) {
    return NULL;
  }
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(monitor, &kind);
  pthread_mutexattr_destroy(&kind);
  return monitor;
}

JNIEXPORT void JNICALL JVM_RawMonitorDestroy(void *monitor) {
  pthread_mutex_destroy(monitor);
  free(monitor);
}

JNIEXPORT jint JNICALL JVM_RawMonitorEnter(void *monitor) { return pthread_mutex_lock(monitor); }

JNIEXPORT void JNICALL JVM_RawMonitorExit(void *monitor) { pthread_mutex_unlock(monitor); }

/* As vsnprintf, but -1 where the text was cut off. */
int jio_vsnprintf(char *text, size_t size, const char *format, va_list arguments) {
  const int length = vsnprintf(text, size, format, arguments);
  return length < 0 || (size_t)length >= size ? -1 : length;
}

int jio_vfprintf(FILE *file, const char *format, va_list arguments) { return vfprintf(file, format, arguments); }
