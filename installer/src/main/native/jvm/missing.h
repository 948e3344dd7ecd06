/* A function of HotSpot's that nobody has been seen to call in an executable without HotSpot. If somebody does, no answer would be right. */
#include <stdio.h>
#include <stdlib.h>

#define MISSING(function) \
  void function(void); \
  void function(void) { \
    fputs("agent-ctl: the native executable has no " #function "\n", stderr); \
    abort(); \
  }
