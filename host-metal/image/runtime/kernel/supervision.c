/*
 * A process that is killed may have code on the stack that runs, because a guard is
 * just telling of a death that took others with it. It is dying then, and what
 * follows, also its next start, waits until that code is gone.
 */
#include "supervision.h"

#include <stddef.h>

#include "../accounts.h"
#include "../deaths.h"
#include "../input.h"
#include "../life.h"
#include "../message.h"
#include "../platform.h"
#include "../system.h"
#include "../system-time.h"
#include "authorities.h"
#include "clock.h"
#include "log.h"
#include "messages.h"
#include "nursery.h"
#include "wakeups.h"

/* Of LOOK_PROCESS. */
enum { LOOK_STATE = 2, LOOK_REASON = 5 };
#define SLOT ((1 << PID_SLOT_BITS) - 1)

/* Workers in the order in which that became of them; those of whom it is not true any more are taken out later. */
struct queue {
  struct worker *first, *last;
};
static struct queue dying, stopping, late;

static bool check_entry_due, stop_asked, over;
static int32_t halt_reason;
/* What the entry returned, and how the system ends where that is decided before its root has ended. */
static uint32_t entry_result;
static bool booted, entered, exited, entry_failed;
static uint32_t exit_status;
/* Who failed last, and why. */
static const struct worker *last_to_fail;

bool supervision_is_over(void) { return over; }

/* `link`: its place among a worker's. */
static void enqueue(struct queue *queue, enum worker_link link, struct worker *worker) {
  if (worker->is_linked[link]) return;
  worker->is_linked[link] = true;
  worker->next[link] = NULL;
  if (queue->first == NULL) queue->first = worker;
  else queue->last->next[link] = worker;
  queue->last = worker;
}

static struct worker *dequeue(struct queue *queue, enum worker_link link) {
  struct worker *worker = queue->first;
  if (worker == NULL) return NULL;
  queue->first = worker->next[link];
  worker->is_linked[link] = false;
  return worker;
}

static bool is_inside(const struct worker *worker) { return deaths_is_inside(worker->position); }

static bool is_on_stack(const struct worker *worker) {
  /* A turn on a stack of its own is marked too, also while it is suspended. */
  return worker->stack != NULL ? scheduler_is_current(worker) : is_inside(worker);
}

static bool is_busy(const struct worker *worker) { return worker->stack != NULL || is_on_stack(worker); }

static bool is_entry(const struct worker *worker) { return worker_at(system_plan.entry_process) == worker; }

static void add_failure(struct worker *worker, int32_t reason) {
  worker->failure = reason;
  if (reason != REASON_SHUTDOWN && reason != REASON_LINKED && reason != REASON_COLLATERAL && reason != REASON_UNOWNED)
    last_to_fail = worker;
}

static void life_is_over(struct worker *worker) {
  worker->alive = false;
  worker->stopping = false;
  messages_gone(worker);
  nursery_ended(worker);
  if (worker->end_lines != NULL) worker->end_lines(worker);
  /* The kernel has yet to hear of it, and may start it at once. */
  if (is_entry(worker)) check_entry_due = true;
}

static void tell_end(const struct worker *worker, int32_t reason) {
  clock_tell();
  kernel_event(EVENT_ENDED, worker->pid, worker->life, reason, 0);
}

/* The entry is called in each life of its process, from when all have been started. */
static void post_entry(const struct worker *worker) {
  if (booted && is_entry(worker)) kernel_event(EVENT_POST, worker->pid, 0, 0, 0);
}

static void begin_life(struct worker *worker) {
  const int32_t begun = worker->life;
  worker->alive = true;
  worker->start_due = false;
  worker->charged = 0;
  worker->exit_status = 0;
  wakeups_begin(worker);
  authorities_endow(worker);
  const bool again = worker->begun;
  worker->begun = true;
  if (!life_begin(worker->position, again)) {
    const struct trap trap = trap_newest;
    if (worker->alive) deaths_ended(worker->position, &trap);
    return;
  }
  /* A start that took too long is over before it is told. */
  clock_tell();
  if (worker->life != begun || !worker->alive) return;
  if (kernel_event(EVENT_STARTED, worker->pid, begun, 0, 0) == STATUS_OK) post_entry(worker);
}

static void stop_now(struct worker *worker) {
  life_is_over(worker);
  deaths_let_go(worker->position, false);
  tell_end(worker, REASON_SHUTDOWN);
}

static void mark_dying(struct worker *worker) {
  worker->dying = true;
  enqueue(&dying, LINK_DYING, worker);
}

static void died(struct worker *worker) {
  worker->dying = false;
  if (worker->start_due) begin_life(worker);
}

static void kill_worker(struct worker *worker, int32_t reason) {
  if (!worker->alive) return;
  add_failure(worker, reason);
  if (is_on_stack(worker) || !scheduler_kill(worker)) mark_dying(worker);
  life_is_over(worker);
  deaths_let_go(worker->position, worker->dying);
}

void supervision_exit(struct worker *worker, int32_t reason) {
  add_failure(worker, reason);
  mark_dying(worker);
  life_is_over(worker);
  deaths_let_go(worker->position, true);
  tell_end(worker, reason);
}

void supervision_carry_out(const struct command *command) {
  if (command->kind == COMMAND_WAKE) return clock_wake(command->a, command->b);
  if (command->kind == COMMAND_DISCARD) return messages_free(command->a);
  if (command->kind == COMMAND_HALT) {
    over = true;
    halt_reason = command->a;
    return;
  }
  struct worker *worker = worker_of(command->pid);
  if (worker == NULL) worker = nursery_worker(command);
  if (worker == NULL) return;
  if (command->kind == COMMAND_START) {
    worker->life = command->life;
    if (worker->dying) worker->start_due = true;
    else begin_life(worker);
  } else if (command->kind == COMMAND_STOP) {
    if (!is_busy(worker)) return stop_now(worker);
    worker->stopping = true;
    enqueue(&stopping, LINK_STOPPING, worker);
  } else if (command->kind == COMMAND_KILL) kill_worker(worker, command->a);
}

static void tell_death(struct worker *worker) {
  const struct worker *first = worker->died_with;
  const int32_t own = worker->died_exhausted ? REASON_EXHAUSTED : REASON_CRASHED;
  const int32_t why = worker == first ? own : REASON_COLLATERAL;
  add_failure(worker, why);
  const int32_t originator = worker == first || first == NULL ? 0 : first->pid;
  kernel_ask(EVENT_ENDED, worker->pid, worker->life, why, originator, 0, 0, 0);
}

/* Deaths that could not be told at once, because there was no stack, and those of now. */
static void tell_late(void) {
  clock_tell();
  for (struct worker *worker; (worker = dequeue(&late, LINK_LATE)) != NULL;) tell_death(worker);
  kernel_drain();
}

void supervision_buried(const uint32_t *dead, uint32_t count, uint32_t originator, bool exhausted,
                        bool out_of_stack) {
  const struct worker *first = worker_at(originator);
  for (uint32_t i = 0; i < count; i++) {
    struct worker *worker = worker_at(dead[i]);
    if (worker == NULL) continue;
    if (worker->alive) {
      worker->died_with = first;
      worker->died_exhausted = exhausted;
      enqueue(&late, LINK_LATE, worker);
    } else if (worker->dying && !is_on_stack(worker)) died(worker);
  }
  for (uint32_t i = 0; i < count; i++) {
    struct worker *worker = worker_at(dead[i]);
    if (worker != NULL && worker->alive && worker->is_linked[LINK_LATE]) life_is_over(worker);
  }
  if (!out_of_stack && late.first != NULL) tell_late();
}

/* Those whose code is gone from the stack; the others stay. */
static void settle_dying(void) {
  const struct worker *last = dying.first == NULL ? NULL : dying.last;
  for (struct worker *one = NULL; one != last && (one = dequeue(&dying, LINK_DYING)) != NULL;) {
    if (!one->dying) continue;
    if (is_on_stack(one)) enqueue(&dying, LINK_DYING, one);
    else died(one);
  }
}

/* Those whose turn is over; the others stay. */
static void settle_stopping(void) {
  const struct worker *last = stopping.first == NULL ? NULL : stopping.last;
  for (struct worker *one = NULL; one != last && (one = dequeue(&stopping, LINK_STOPPING)) != NULL;) {
    if (!one->stopping) continue;
    if (is_busy(one)) enqueue(&stopping, LINK_STOPPING, one);
    else stop_now(one);
  }
}

/* Tells the kernel what it has used since it was told last. */
static void charge(struct worker *worker) {
  const int64_t used = accounts_used(worker->position);
  if (used <= worker->charged) return;
  const int64_t units = used - worker->charged;
  worker->charged = used;
  kernel_event(EVENT_USED, worker->pid, units > INT32_MAX ? INT32_MAX : (int32_t)units, 0, 0);
}

static void stop_system(void) {
  if (stop_asked) return;
  stop_asked = true;
  clock_tell();
  kernel_event(EVENT_STOP, workers_root(), 0, 0, 0);
}

/* Without the process in which it starts a system would go on for nothing. */
static void check_entry(void) {
  check_entry_due = false;
  const struct worker *worker = worker_at(system_plan.entry_process);
  if (stop_asked || worker == NULL) return;
  const int32_t slot = worker->pid & SLOT;
  if (kernel_look(LOOK_PROCESS, slot, LOOK_STATE) != STATE_DOWN) return;
  const bool normal = kernel_look(LOOK_PROCESS, slot, LOOK_REASON) == REASON_NORMAL;
  const int32_t restart = worker->node->restart;
  if (restart == RESTART_PERMANENT || (restart == RESTART_TRANSIENT && !normal)) return;
  if (normal) {
    exited = true;
    exit_status = worker->exit_status;
  } else entry_failed = true;
  stop_system();
}

static void settle(void) {
  if (late.first != NULL) tell_late();
  if (dying.first != NULL) settle_dying();
  if (stopping.first != NULL) settle_stopping();
  if (check_entry_due) check_entry();
}

void supervision_left(struct worker *worker) {
  charge(worker);
  settle();
}

void supervision_threw(struct worker *worker, const struct trap *trap) {
  charge(worker);
  if (worker->alive) deaths_ended(worker->position, trap);
  settle();
}

bool supervision_is_dying(uint32_t process) {
  if (dying.first == NULL) return false;
  const struct worker *worker = worker_at(process);
  return worker != NULL && worker->dying;
}

bool supervision_slice_ended(uint32_t runner) {
  struct worker *worker = worker_at(runner);
  if (worker == NULL || scheduler_running() != worker || !worker->node->has_stack) return false;
  if (!scheduler_is_current(worker) || !deaths_is_alone(runner) || accounts_held()) return false;
  charge(worker);
  if (worker->dying) return true;
  kernel_event(EVENT_PREEMPTED, worker->pid, 0, 0, 0);
  return true;
}

struct job supervision_job_of(struct worker *worker, const struct command *command) {
  const struct job none = {.kind = JOB_NONE};
  const int32_t what = command->a;
  const int32_t token = command->b;
  if (!worker->alive || worker->life != command->life) {
    /* What was still to be carried out has ended it. */
    if (what == RUN_CALL || what == RUN_CAST) messages_free(token);
    return none;
  }
  struct job job = {.worker = worker, .value = token};
  if (what == RUN_RESUME) {
    wakeups_resumed(worker);
    job.kind = JOB_RESUME;
    job.value = messages_answer(worker, token);
    return job;
  }
  if ((what == RUN_CALL || what == RUN_CAST) && token != 0)
    return messages_job_of(worker, what, token, command->d);
  const struct kernel_process *process = worker->process;
  if (what == RUN_ALARM && process->alarm != NULL) job.kind = JOB_ALARM;
  else if (what == RUN_NOTICE && process->notice != NULL) {
    job.kind = JOB_NOTICE;
    job.reason = command->c - REASON_NORMAL;
  } else if (what == RUN_CAST && is_entry(worker)) job.kind = JOB_ENTRY;
  else return none;
  return job;
}

void supervision_enter(void) { entry_result = system_plan.entry(); }

void supervision_entered(void) {
  /* One that returns because it was told to has not ended the system. */
  if (platform_stop_asked() == 0) entered = true;
  life_take_result(entry_result);
  stop_system();
}

void supervision_heed(void) {
  clock_ring();
  if (late.first != NULL) tell_late();
  if (check_entry_due) check_entry();
  if (platform_stop_asked() != 0 && !stop_asked) {
    stop_system();
    input_end();
  }
}

void supervision_check(void) {
  if (system_plan.kernel == NULL) return;
  const struct worker *running = scheduler_running();
  if (over || (running != NULL && running->dying)) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}

static void put_end(void) {
  message_put("atoll: ");
  message_put(system_plan.name);
  if (halt_reason == REASON_KILLED) message_put(" was killed");
  else {
    message_put(" has ended");
    if (last_to_fail != NULL) {
      message_put(": process \"");
      message_put(last_to_fail->node->name);
      message_put(last_to_fail->failure == REASON_EXHAUSTED ? "\" used up a quota" : "\" failed");
      message_put(entry_failed ? ", in which it starts" : " more often than its supervisor bears");
    } else message_put(": its supervisor gave up");
  }
  message_put(".\n");
}

static void end(void) {
  log_end();
  const bool orderly = halt_reason <= REASON_LAST_ORDERLY;
  if (!orderly || entry_failed) {
    put_end();
    platform_exit(1);
  }
  if (entered) life_exit();
  platform_exit(exited ? (int)exit_status : 128 + platform_stop_asked());
}

/* Input comes before time passes; what else wakes the machine is nothing that the kernel is told of. */
static void wait_in_virtual_time(void) {
  const bool asked = input_is_asked();
  while (input_is_asked() && platform_stop_asked() == 0) input_serve(platform_idle(UINT64_MAX, true));
  if (asked || clock_pass()) return;
  while (platform_stop_asked() == 0) platform_idle(UINT64_MAX, false);
}

void supervision_run(void) {
  kernel_start();
  workers_declare();
  clock_tell();
  platform_heed_stop();
  kernel_event(EVENT_BOOT, 0, 0, 0, 0);
  booted = true;
  const struct worker *entry = worker_at(system_plan.entry_process);
  if (entry != NULL && entry->alive) post_entry(entry);
  check_entry_due = true;
  for (;;) {
    supervision_heed();
    scheduler_run();
    if (over) end();
    if (check_entry_due || late.first != NULL) continue;
    if (time_is_virtual(NULL)) wait_in_virtual_time();
    else input_serve(platform_idle(clock_due(), input_is_asked()));
  }
}
