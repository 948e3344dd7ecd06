/* The JDK's libraries, which this executable is told are part of it, stand beside it: each is asked to get ready under the name that a part would have. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <jni.h>
#include <stdio.h>
#include <stdlib.h>

typedef jint (*GetReady)(JavaVM *, void *);

/* Libraries that are part of an executable must say that they know of that, which came with JNI 1.8. */
static jint at_least_1_8(jint version) { return version < JNI_VERSION_1_8 ? JNI_VERSION_1_8 : version; }

static jint get_ready(const char *library, JavaVM *vm, void *reserved) {
  /* It is there since the executable is linked with it. */
  void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  if (handle == NULL) {
    fprintf(stderr, "agent-ctl: %s is not loaded: %s\n", library, dlerror());
    abort();
  }
  GetReady ready;
  *(void **)&ready = dlsym(handle, "JNI_OnLoad");
  const jint version = ready == NULL ? JNI_VERSION_1_8 : ready(vm, reserved);
  dlclose(handle);
  return version == JNI_ERR ? JNI_ERR : at_least_1_8(version);
}

#define LIBRARY(name) \
  JNIEXPORT jint JNICALL JNI_OnLoad_##name(JavaVM *vm, void *reserved) { return get_ready("lib" #name ".so", vm, reserved); }

LIBRARY(java)
LIBRARY(net)
LIBRARY(nio)
LIBRARY(zip)
LIBRARY(extnet)
LIBRARY(management)
LIBRARY(management_ext)
LIBRARY(prefs)
LIBRARY(jimage)
