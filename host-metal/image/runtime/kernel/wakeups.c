#include "wakeups.h"

#include "clock.h"
#include "kernel.h"

/* In place of a token: it only lets others have their turn, and the kernel need not be told of a wake. */
#define YIELDS (-1)

static int32_t tokens;

void wakeups_begin(struct worker *worker) {
  worker->is_woken = false;
  worker->wake_token = 0;
}

void wakeups_resumed(struct worker *worker) {
  if (worker->wake_token != 0) wakeups_begin(worker);
}

void wakeups_wake(struct worker *worker) {
  if (!worker->alive || worker->is_woken) return;
  worker->is_woken = true;
  if (worker->wake_token <= 0) return;
  clock_tell();
  /* The kernel refuses it when the time is over, or the process has been stopped. */
  kernel_event(EVENT_DEVICE, worker->pid, worker->life, worker->wake_token, 0);
}

static int32_t block(const struct worker *worker, int32_t token, uint64_t microseconds) {
  if (token == YIELDS) return kernel_ask(EVENT_PREEMPTED, worker->pid, 0, 0, 0, 0, 0, 0);
  const uint64_t time = microseconds == UINT64_MAX ? 0 : microseconds;
  clock_tell();
  const int32_t status = kernel_ask(EVENT_WAIT, worker->pid, token, (int32_t)time, (int32_t)(time >> 32), 0, 0, 0);
  kernel_drain();
  return status;
}

int32_t wakeups_wait(struct worker *worker, uint64_t microseconds, bool *woken) {
  *woken = worker->is_woken;
  if (worker->is_woken) {
    worker->is_woken = false;
    return STATUS_OK;
  }
  if (microseconds > 0) tokens = tokens == INT32_MAX ? 1 : tokens + 1;
  const int32_t token = microseconds == 0 ? YIELDS : tokens;
  const int32_t status = block(worker, token, microseconds);
  if (status == STATUS_OK) worker->wake_token = token;
  return status;
}
