/*
 * atoll:kernel/time, wakeup and process: what a process asks of the kernel.
 * See host-linux/devices/kernel-time.ts, kernel-wakeup.ts and kernel-process.ts.
 */
#include <string.h>

#include "../kernel/clock.h"
#include "../kernel/kernel.h"
#include "../kernel/scheduler.h"
#include "../kernel/supervision.h"
#include "../kernel/wakeups.h"
#include "../kernel/worker.h"
#include "../system.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

/* Microseconds that the kernel can count. */
#define LONGEST ((1ull << 52) - 1)
/* Position of `exhausted` in `fault`. */
#define EXHAUSTED 4

struct worker *device_kernel_worker(uint32_t process) {
  const struct kernel_plan *plan = system_plan.kernel;
  if (plan == NULL) return NULL;
  if (plan->processes[process].make == NULL) return worker_at(process);
  struct worker *worker = worker_of((int32_t)*plan->asker);
  if (worker == NULL || worker->node->process != (int32_t)process)
    trap_refuse("it was called in the name of a process of another kind");
  return worker;
}

static struct worker *worker_of_device(void *device) {
  const struct device_kernel *it = device;
  trap_check_stack();
  supervision_check();
  return device_kernel_worker(it->process);
}

static int32_t ask(const struct worker *worker, int32_t kind, int32_t a, int32_t b, int32_t c) {
  clock_tell();
  const int32_t status = kernel_ask(kind, worker->pid, a, b, c, 0, 0, 0);
  kernel_drain();
  return status;
}

static uint64_t bounded(uint64_t time) { return time < LONGEST ? time : LONGEST; }

void device_time_sleep(void *device, uint64_t microseconds) {
  struct worker *worker = worker_of_device(device);
  const uint64_t time = bounded(microseconds);
  int32_t status = STATUS_STALE;
  if (scheduler_running() == worker && time == 0)
    status = kernel_ask(EVENT_PREEMPTED, worker->pid, 0, 0, 0, 0, 0, 0);
  else if (scheduler_running() == worker)
    status = ask(worker, EVENT_WAIT, 0, (int32_t)time, (int32_t)(time >> 32));
  if (status == STATUS_EXHAUSTED) trap_refuse("the kernel has no room for one more that sleeps");
  if (status != STATUS_OK)
    trap_refuse("a process cannot sleep while it starts, only in a function that is called, such as run or alarm");
  if (scheduler_suspend(NULL) == WAIT_KILLED) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}

/* Rounded up, so that nobody wakes too early. */
static uint64_t microseconds_of(uint64_t nanoseconds) {
  return bounded(nanoseconds / 1000 + (nanoseconds % 1000 != 0 ? 1 : 0));
}

void device_wakeup_wait(void *device, uint64_t nanoseconds) {
  struct worker *worker = worker_of_device(device);
  bool woken = false;
  int32_t status = STATUS_STALE;
  if (scheduler_running() == worker)
    status = wakeups_wait(worker, nanoseconds == UINT64_MAX ? UINT64_MAX : microseconds_of(nanoseconds), &woken);
  if (status == STATUS_EXHAUSTED) trap_refuse("the kernel has no room for one more that waits");
  if (status != STATUS_OK)
    trap_refuse("a process cannot wait while it starts, only in a function that is called, such as run or alarm");
  if (!woken && scheduler_suspend(NULL) == WAIT_KILLED) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}

uint32_t device_time_set_alarm(void *device, uint32_t token, uint64_t microseconds) {
  const struct worker *worker = worker_of_device(device);
  const uint64_t time = bounded(microseconds);
  const int32_t ref = ask(worker, EVENT_ALARM, (int32_t)token, (int32_t)time, (int32_t)(time >> 32));
  const uint32_t result = transfer_result(8, 4);
  if (ref > 0) transfer_put_u32(result + 4, (uint32_t)ref);
  else {
    transfer_put_u8(result, 1);
    transfer_put_u8(result + 4, EXHAUSTED);
  }
  return result;
}

uint32_t device_time_cancel_alarm(void *device, uint32_t alarm) {
  const struct worker *worker = worker_of_device(device);
  return ask(worker, EVENT_CANCEL, (int32_t)alarm, 0, 0) == STATUS_OK ? 1 : 0;
}

/* An identity is 16 long: name (offset, length), pid at 8, life at 12. */
uint32_t device_process_self(void *device) {
  const struct worker *worker = worker_of_device(device);
  const struct device_kernel *it = device;
  const char *name = system_plan.processes[it->process].name;
  const struct span stored = transfer_store(name, (uint32_t)strlen(name));
  const uint32_t result = transfer_result(16, 4);
  transfer_put_span(result, stored);
  transfer_put_u32(result + 8, (uint32_t)worker->pid);
  transfer_put_u32(result + 12, (uint32_t)worker->life);
  return result;
}

void device_process_exit(void *device) {
  supervision_exit(worker_of_device(device), REASON_NORMAL);
  wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}
