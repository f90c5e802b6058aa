#include "messages.h"

#include <stddef.h>
#include <string.h>

#include "../system.h"
#include "../trap.h"
#include "carried.h"
#include "clock.h"
#include "plan.h"

/* Of LOOK_TOTALS: the pid of who runs. */
#define RUNNING 8
/* From a message's address, of the number of its delivery: MAIL.deliveryOffset of the plan. */
#define DELIVERY 4

static const struct kernel_plan *plan(void) { return system_plan.kernel; }

uint32_t messages_event(void *nothing, uint32_t kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e,
                        uint32_t f, uint32_t g) {
  (void)nothing;
  trap_check_stack();
  const uint32_t words[] = {kind, a, b, c, d, e, f, g};
  /* The time of a call's deadline counts from now. */
  if (plan()->is_timed || (kind == EVENT_CALL && e != 0)) clock_tell();
  else {
    const int32_t status = kernel_tell(words);
    if (status != STATUS_DRAIN) return (uint32_t)status;
    clock_tell();
  }
  return (uint32_t)kernel_ask((int32_t)kind, (int32_t)a, (int32_t)b, (int32_t)c, (int32_t)d, (int32_t)e, (int32_t)f,
                              (int32_t)g);
}

static uint32_t delivery_of(uint32_t message) {
  uint32_t delivery;
  const uint32_t at = message - DELIVERY;
  if ((uint64_t)at + sizeof delivery > plan()->mail->size) wasm_rt_trap(WASM_RT_TRAP_OOB);
  memcpy(&delivery, plan()->mail->data + at, sizeof delivery);
  return delivery;
}

struct job messages_job_of(struct worker *worker, int32_t kind, int32_t message, int32_t sender) {
  if (worker->process->delivery_count == 0) return (struct job){.kind = JOB_NONE};
  struct worker *caller = kind == RUN_CALL ? worker_of(sender) : NULL;
  return (struct job){.kind = JOB_MESSAGE,
                      .worker = worker,
                      .value = message,
                      .caller = caller,
                      .wait = caller == NULL ? 0 : caller->waits};
}

int32_t messages_deliver(const struct worker *worker, uint32_t message) {
  const struct kernel_process *process = worker->process;
  /* What is spawned has one function for all. */
  const uint32_t number = process->make == NULL ? delivery_of(message) : 0;
  if (number >= process->delivery_count) wasm_rt_trap(WASM_RT_TRAP_CALL_INDIRECT);
  const struct kernel_delivery *delivery = &process->deliveries[number];
  return (int32_t)delivery->call(delivery->instance, message);
}

static void end_wait(struct worker *worker) {
  worker->waits++;
  worker->waiting = false;
  worker->reply = 0;
}

int32_t messages_answer(struct worker *worker, int32_t status) {
  if (!worker->waiting) return status;
  const int32_t reply = worker->reply;
  end_wait(worker);
  return status == STATUS_OK ? reply : status;
}

struct worker *messages_waiting(const struct job *job) {
  struct worker *caller = job->caller;
  return caller != NULL && caller->waiting && caller->waits == job->wait ? caller : NULL;
}

void messages_handled(const struct job *job, int32_t result, bool is_direct) {
  struct worker *caller = messages_waiting(job);
  if (caller == NULL) {
    messages_free(result);
    return;
  }
  caller->reply = result;
  if (!is_direct) return;
  const struct job resume = {.kind = JOB_RESUME, .worker = caller, .value = messages_answer(caller, STATUS_OK)};
  scheduler_direct(&resume);
}

void messages_gone(struct worker *worker) {
  if (worker->waiting) {
    messages_free(worker->reply);
    end_wait(worker);
  }
  carried_gone(worker);
  if (plan()->mail_abandon != NULL) plan()->mail_abandon((uint32_t)worker->pid);
}

void messages_free(int32_t message) {
  if (message <= 0 || plan()->mail_free == NULL) return;
  carried_drop(message);
  plan()->mail_free((uint32_t)message);
}

uint32_t messages_wait(void *nothing, uint32_t message) {
  (void)nothing;
  struct worker *caller = scheduler_running();
  if (caller == NULL) return (uint32_t)WAIT_KILLED;
  caller->waits++;
  caller->waiting = true;
  caller->reply = 0;
  struct worker *callee = worker_of(kernel_look(LOOK_TOTALS, 1, RUNNING));
  struct job job = {.kind = JOB_NONE};
  if (callee != NULL) job = messages_job_of(callee, RUN_CALL, (int32_t)message, caller->pid);
  return (uint32_t)scheduler_suspend(&job);
}
