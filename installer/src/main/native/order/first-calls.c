/*
 * Runs a native executable and tells which of its functions are called, in the order of their first calls:
 *
 *   first-calls SYMBOLS OUTPUT PROGRAM [ARGUMENT…]
 *
 * SYMBOLS is what `nm` says of the program before it is stripped, with symbols as OUTPUT lists them. A breakpoint stands at each until it is met, so that every
 * function stops the program once. At SIGUSR1 all are set again, and a line "-" separates what comes from what was. Other signals that end us end the program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BREAKPOINT = 0xcc };

typedef struct {
  uint64_t address;
  char *name;
  unsigned char byte;
  int met;
} Function;

static Function *functions;
static size_t count;
static uint64_t base;
static pid_t program;
static int memory = -1;
static FILE *output;
static volatile sig_atomic_t again;

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("first-calls: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  if (program > 0) {
    kill(program, SIGKILL);
  }
  exit(1);
}

static void hear(int signal) {
  if (signal == SIGUSR1) {
    again = 1;
  } else if (program > 0) {
    kill(program, signal);
  }
}

static int by_address(const void *one, const void *other) {
  const Function *a = one;
  const Function *b = other;
  return (a->address > b->address) - (a->address < b->address);
}

/* Of two names for one address, one is as good as the other. */
static void read_symbols(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fail("%s: %s", path, strerror(errno));
  }
  char *line = NULL;
  size_t room = 0;
  size_t most = 0;
  while (getline(&line, &room, file) > 0) {
    uint64_t address;
    char kind;
    char name[4096];
    if (sscanf(line, "%" SCNx64 " %c %4095s", &address, &kind, name) != 3 || kind != 't') {
      continue;
    }
    if (count == most) {
      most = most == 0 ? 1024 : 2 * most;
      functions = realloc(functions, most * sizeof *functions);
      if (functions == NULL) {
        fail("no memory");
      }
    }
    functions[count++] = (Function){.address = address, .name = strdup(name)};
  }
  free(line);
  fclose(file);
  qsort(functions, count, sizeof *functions, by_address);
  if (count == 0) {
    fail("%s names no functions", path);
  }
}

static Function *function_at(uint64_t address) {
  const Function wanted = {.address = address - base};
  return bsearch(&wanted, functions, count, sizeof *functions, by_address);
}

/* Where the program is mapped: the first line that names a file is its own, before anything else is loaded. */
static void find_base(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/maps", program);
  FILE *maps = fopen(path, "r");
  if (maps == NULL || fscanf(maps, "%" SCNx64, &base) != 1) {
    fail("cannot read %s", path);
  }
  fclose(maps);
  snprintf(path, sizeof path, "/proc/%d/mem", program);
  memory = open(path, O_RDWR | O_CLOEXEC);
  if (memory < 0) {
    fail("%s: %s", path, strerror(errno));
  }
}

static void put(Function *function, unsigned char byte) {
  if (pwrite(memory, &byte, 1, (off_t)(base + function->address)) != 1) {
    fail("cannot write at %s: %s", function->name, strerror(errno));
  }
}

static void read_bytes(void) {
  for (size_t i = 0; i < count; i++) {
    Function *function = &functions[i];
    if (pread(memory, &function->byte, 1, (off_t)(base + function->address)) != 1) {
      fail("cannot read at %s: %s", function->name, strerror(errno));
    }
  }
}

static void set_breakpoints(void) {
  for (size_t i = 0; i < count; i++) {
    put(&functions[i], BREAKPOINT);
    functions[i].met = 0;
  }
}

/* Another thread may have met the same one, and find it gone. */
static int meet(pid_t thread) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, thread, NULL, &registers) != 0) {
    return 0;
  }
  Function *function = function_at(registers.rip - 1);
  if (function == NULL) {
    return 0;
  }
  if (!function->met) {
    put(function, function->byte);
    function->met = 1;
    fprintf(output, "%s\n", function->name);
  }
  registers.rip--;
  ptrace(PTRACE_SETREGS, thread, NULL, &registers);
  return 1;
}

int main(int argument_count, char **arguments) {
  if (argument_count < 4) {
    fputs("usage: first-calls SYMBOLS OUTPUT PROGRAM [ARGUMENT…]\n", stderr);
    return 2;
  }
  read_symbols(arguments[1]);
  output = fopen(arguments[2], "w");
  if (output == NULL) {
    fail("%s: %s", arguments[2], strerror(errno));
  }
  const struct sigaction heard = {.sa_handler = hear};
  sigaction(SIGUSR1, &heard, NULL);
  sigaction(SIGTERM, &heard, NULL);
  program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(arguments[3], arguments + 3);
    _exit(127);
  }
  int status;
  if (waitpid(program, &status, 0) != program || !WIFSTOPPED(status)) {
    fail("%s cannot be run", arguments[3]);
  }
  ptrace(PTRACE_SETOPTIONS, program, NULL, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
  find_base();
  read_bytes();
  set_breakpoints();
  ptrace(PTRACE_CONT, program, NULL, 0);
  while (1) {
    pid_t thread = waitpid(-1, &status, __WALL);
    if (again) {
      again = 0;
      fputs("-\n", output);
      set_breakpoints();
    }
    if (thread < 0) {
      if (errno == EINTR) {
        continue;
      }
      fail("waiting: %s", strerror(errno));
    }
    if (thread == program && (WIFEXITED(status) || WIFSIGNALED(status))) {
      break;
    }
    if (!WIFSTOPPED(status)) {
      continue;
    }
    int delivered = WSTOPSIG(status);
    const int new_thread = delivered == SIGSTOP && status >> 16 == 0;
    if (status >> 16 != 0 || new_thread || (delivered == SIGTRAP && meet(thread))) {
      delivered = 0;
    }
    ptrace(PTRACE_CONT, thread, NULL, delivered);
  }
  if (fclose(output) != 0) {
    fail("%s: %s", arguments[2], strerror(errno));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
