/* Which time zone the system is in, by the name that Java knows it by. */
#define _GNU_SOURCE
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char LOCAL[] = "/etc/localtime";
static const char ZONES[] = "/usr/share/zoneinfo";

/* Returns the name that a path in the folder of zones stands for, or NULL. */
static const char *zone_of(const char *path) {
  const char *name = strstr(path, "/zoneinfo/");
  if (name == NULL) {
    return NULL;
  }
  name += strlen("/zoneinfo/");
  for (const char *const *part = (const char *const[]){"posix/", "right/", NULL}; *part != NULL; part++) {
    if (strncmp(name, *part, strlen(*part)) == 0) {
      name += strlen(*part);
    }
  }
  return *name == '\0' ? NULL : name;
}

/* Reads a small file. Returns its length, or -1 if there is none that small. */
static long read_small(const char *path, char *text, size_t size) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return -1;
  }
  const size_t length = fread(text, 1, size, file);
  fclose(file);
  return length == size ? -1 : (long)length;
}

/* What the search through the folder of zones is for: nftw passes nothing on. */
enum { ZONE_SIZE = 65536 };
static pthread_mutex_t searching = PTHREAD_MUTEX_INITIALIZER;
static char wanted[ZONE_SIZE];
static long wanted_length;
static char candidate[ZONE_SIZE];
static char found[PATH_MAX];

static int compare(const char *path, const struct stat *status, int type, struct FTW *where) {
  (void)where;
  const char *name = zone_of(path);
  /* Copies of the local one, and folders of the same zones anew. */
  if (type != FTW_F || name == NULL || status->st_size != wanted_length || strstr(path, "/posix/") != NULL || strstr(path, "/right/") != NULL ||
      strcmp(name, "localtime") == 0 || strcmp(name, "posixrules") == 0) {
    return 0;
  }
  if (read_small(path, candidate, sizeof candidate) != wanted_length || memcmp(candidate, wanted, (size_t)wanted_length) != 0) {
    return 0;
  }
  snprintf(found, sizeof found, "%s", name);
  return 1;
}

/* Returns a new string with the zone whose rules the local ones are a copy of, or NULL. */
static char *search(void) {
  char *name = NULL;
  pthread_mutex_lock(&searching);
  wanted_length = read_small(LOCAL, wanted, sizeof wanted);
  if (wanted_length > 0 && nftw(ZONES, compare, 16, FTW_PHYS) == 1) {
    name = strdup(found);
  }
  pthread_mutex_unlock(&searching);
  return name;
}

/* Returns a new string, or NULL for the default. The table of names is Windows'. */
char *SVM_FindJavaTZmd(const char *table, int length) {
  (void)table;
  (void)length;
  char path[PATH_MAX];
  const char *set = getenv("TZ");
  if (set != NULL && *set != '\0') {
    if (*set == ':') {
      set++;
    }
    const char *name = *set == '/' ? zone_of(set) : set;
    if (strcmp(set, LOCAL) != 0) {
      return name == NULL ? NULL : strdup(name);
    }
  }
  const ssize_t target = readlink(LOCAL, path, sizeof path - 1);
  if (target > 0) {
    path[target] = '\0';
    const char *name = zone_of(path);
    if (name != NULL) {
      return strdup(name);
    }
  }
  return search();
}
