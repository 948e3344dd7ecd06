/* Signals for sun.misc.Signal: the handler counts what has come, and a thread of Java's fetches it. */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { SIGNALS = 65 };

static atomic_int users;
static atomic_int pending[SIGNALS];
static sem_t waiting;

static void count(int signal) {
  const int before = errno;
  if (signal > 0 && signal < SIGNALS) {
    atomic_fetch_add(&pending[signal], 1);
    sem_post(&waiting);
  }
  errno = before;
}

/* Returns 0, or 1 if there is another user already, or -1 with errno. */
int cSunMiscSignal_open(void) {
  int nobody = 0;
  if (!atomic_compare_exchange_strong(&users, &nobody, 1)) {
    return 1;
  }
  for (int i = 0; i < SIGNALS; i++) {
    atomic_store(&pending[i], 0);
  }
  return sem_init(&waiting, 0, 0);
}

int cSunMiscSignal_close(void) {
  const int status = sem_destroy(&waiting);
  atomic_store(&users, 0);
  return status;
}

int cSunMiscSignal_awaitSemaphore(void) {
  int status;
  do {
    status = sem_wait(&waiting);
  } while (status != 0 && errno == EINTR);
  return status;
}

int cSunMiscSignal_signalSemaphore(void) { return sem_post(&waiting); }

bool cSunMiscSignal_signalRangeCheck(int signal) { return signal > 0 && signal < SIGNALS; }

/* Returns a signal that has come, once for each time that it has, or -1. */
int cSunMiscSignal_checkPendingSignal(void) {
  for (int i = 1; i < SIGNALS; i++) {
    int times = atomic_load(&pending[i]);
    while (times > 0) {
      if (atomic_compare_exchange_weak(&pending[i], &times, times - 1)) {
        return i;
      }
    }
  }
  return -1;
}

void (*cSunMiscSignal_signalHandlerFunctionPointer(void))(int) { return count; }
