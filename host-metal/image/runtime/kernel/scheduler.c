#include "scheduler.h"

#include <stddef.h>

#include "../accounts.h"
#include "../memory.h"
#include "../system.h"
#include "../trap.h"
#include "wasm-rt-exceptions.h"
#include "kernel.h"
#include "messages.h"
#include "supervision.h"

/* Of LOOK_TOTALS: the pid of who runs. */
#define RUNNING 8

struct stack {
  struct stack *next_free;
  uint8_t *lowest;
  /* Where it goes on; NULL while it runs. */
  void *left_at;
  /* Whose turn it is on it. */
  struct worker *worker;
  struct job job;
  /* Whose fuel is used while it runs. */
  uint32_t payer;
  /* Of what was on it when it was left. */
  struct trap_frame *frames;
  struct frame_registers *unwind_target;
  /* How its turn came to an end, once it has. */
  enum { TURN_GOES_ON, TURN_DONE, TURN_TRAPPED } turn;
  int32_t result;
  struct trap trap;
};

/* Of those that nothing suspends: it has no memory of its own. */
static struct stack frame_stack;
static struct stack *current;
static struct stack *free_stacks;
static void *main_left_at;
static const uint8_t *main_lowest, *main_highest;
static struct job direct;
/* Whose turn is over: its pid, of which the kernel is told with the question who is next. 0: nobody's. */
static int32_t finished;

struct worker *scheduler_running(void) { return current == NULL ? NULL : current->worker; }

bool scheduler_is_current(const struct worker *worker) {
  return worker->stack != NULL && worker->stack == current;
}

struct worker *scheduler_served(void) { return current == NULL ? NULL : messages_waiting(&current->job); }

void scheduler_direct(const struct job *job) { direct = *job; }

/* What a turn calls. */
static int32_t call(const struct job *job) {
  const struct kernel_process *process = job->worker->process;
  void *place = process_at(job->worker->position)->place;
  switch (job->kind) {
    case JOB_MESSAGE: return messages_deliver(job->worker, (uint32_t)job->value);
    case JOB_ALARM: process->alarm(place, (uint32_t)job->value); return 0;
    case JOB_NOTICE: process->notice(place, (uint32_t)job->value, (uint32_t)job->reason); return 0;
    case JOB_ENTRY: supervision_enter(); return 0;
    default: return 0;
  }
}

static void take_turn(struct stack *stack) {
  struct trap_frame frame;
  trap_push(&frame);
  if (frame_enter(&frame.registers) == 0) {
    stack->result = call(&stack->job);
    stack->turn = TURN_DONE;
  } else {
    stack->trap = trap_newest;
    stack->turn = TURN_TRAPPED;
  }
  trap_pop(&frame);
}

/* On a stack of the pool. */
static void run_stack(void *context) {
  struct stack *stack = context;
  take_turn(stack);
  void *nowhere;
  frame_switch(&nowhere, main_left_at);
}

static struct stack *new_stack(void) {
  if (free_stacks != NULL) {
    struct stack *stack = free_stacks;
    free_stacks = stack->next_free;
    return stack;
  }
  uint8_t *memory = memory_stack();
  /* What is noted of a stack lies at its upper end. */
  struct stack *stack = (struct stack *)(void *)(memory + STACK_BYTES - sizeof(struct stack) / 16 * 16 - 16);
  *stack = (struct stack){.lowest = memory};
  return stack;
}

static void release(struct stack *stack) {
  if (stack == &frame_stack) return;
  stack->next_free = free_stacks;
  free_stacks = stack;
}

/* Leaves the main stack for one of the pool, until that is left. */
static void switch_to(struct stack *stack) {
  struct trap_frame *frames = trap_frame;
  struct frame_registers *unwind_target = wasm_rt_get_unwind_target();
  void *to = stack->left_at;
  stack->left_at = NULL;
  current = stack;
  trap_frame = stack->frames;
  wasm_rt_set_unwind_target(stack->unwind_target);
  trap_set_stack(stack->lowest, (const uint8_t *)stack);
  frame_switch(&main_left_at, to);
  stack->frames = trap_frame;
  stack->unwind_target = wasm_rt_get_unwind_target();
  trap_frame = frames;
  wasm_rt_set_unwind_target(unwind_target);
  trap_set_stack(main_lowest, main_highest);
}

int32_t scheduler_suspend(const struct job *next) {
  struct stack *stack = current;
  if (stack == NULL || stack == &frame_stack || stack->worker == NULL || stack->worker->dying) return WAIT_KILLED;
  stack->payer = accounts_current();
  if (next != NULL && next->kind != JOB_NONE) direct = *next;
  frame_switch(&stack->left_at, main_left_at);
  return stack->job.value;
}

bool scheduler_kill(struct worker *worker) {
  struct stack *stack = worker->stack;
  if (stack == NULL) return true;
  if (stack == current) return false;
  /* Nothing of the guest runs any more: what was on the stack is not gone back to. */
  worker->stack = NULL;
  stack->worker = NULL;
  release(stack);
  return true;
}

static void leave(struct stack *stack) {
  stack->worker->stack = NULL;
  stack->worker = NULL;
}

/* The turn that was taken is over, or its process waits. */
static void finish(struct stack *stack) {
  if (stack->turn == TURN_GOES_ON) {
    current = NULL;
    return;
  }
  struct worker *worker = stack->worker;
  const struct job job = stack->job;
  if (stack->turn == TURN_TRAPPED) {
    leave(stack);
    const struct trap trap = stack->trap;
    supervision_threw(worker, &trap);
  } else {
    if (!worker->dying && job.kind == JOB_ENTRY) supervision_entered();
    leave(stack);
    const bool ends = worker->dying;
    const bool is_waited_for = job.kind == JOB_MESSAGE && job.caller != NULL;
    if (!ends && !is_waited_for) finished = worker->pid;
    const bool is_direct = !ends && is_waited_for && kernel_ask(EVENT_DONE, worker->pid, 0, 0, 0, 0, 0, 0) == 1;
    supervision_left(worker);
    if (job.kind == JOB_MESSAGE && ends) messages_free(stack->result);
    else if (job.kind == JOB_MESSAGE) messages_handled(&job, stack->result, is_direct);
  }
  release(stack);
  if (current == stack) current = NULL;
}

static void resume(struct worker *worker, int32_t value) {
  struct stack *stack = worker->stack;
  if (stack == NULL || stack->left_at == NULL) return;
  stack->job.value = value;
  accounts_pay_back(stack->payer);
  stack->turn = TURN_GOES_ON;
  switch_to(stack);
  finish(stack);
}

static void begin(const struct job *job) {
  struct worker *worker = job->worker;
  if (job->kind == JOB_RESUME) return resume(worker, job->value);
  if (!worker->alive || worker->dying) {
    if (job->kind == JOB_MESSAGE) messages_free(job->value);
    return;
  }
  struct stack *stack = worker->node->has_stack ? new_stack() : &frame_stack;
  stack->job = *job;
  stack->worker = worker;
  stack->turn = TURN_GOES_ON;
  worker->stack = stack;
  accounts_pay(worker->position);
  if (stack == &frame_stack) {
    current = stack;
    take_turn(stack);
  } else {
    stack->frames = NULL;
    stack->unwind_target = NULL;
    stack->left_at = frame_begin(stack, run_stack, stack);
    switch_to(stack);
  }
  finish(stack);
}

/* Somebody runs already: who waited for a process that has died on its stack. */
static bool go_on(void) {
  struct worker *worker = worker_of(kernel_look(LOOK_TOTALS, 1, RUNNING));
  if (worker == NULL) return false;
  resume(worker, messages_answer(worker, STATUS_CRASHED));
  return true;
}

/* Lets the next one run. Returns false when nobody is to. */
static bool step(void) {
  if (direct.kind != JOB_NONE) {
    const struct job job = direct;
    direct.kind = JOB_NONE;
    begin(&job);
    return true;
  }
  struct command command;
  int32_t status;
  const int32_t told = finished;
  finished = 0;
  if (!kernel_next(told, &command, &status)) return status == STATUS_STALE && go_on();
  struct worker *worker = worker_of(command.pid);
  struct job job = {.kind = JOB_NONE};
  if (worker != NULL) job = supervision_job_of(worker, &command);
  if (job.kind == JOB_NONE) kernel_event(EVENT_DONE, command.pid, 0, 0, 0);
  else begin(&job);
  return true;
}

void scheduler_run(void) {
  if (main_lowest == NULL) trap_stack(&main_lowest, &main_highest);
  while (!supervision_is_over() && step()) supervision_heed();
}
