/*
 * Which stack runs: the one that the kernel chose, and never a second one.
 *
 * The main stack asks the kernel who is next, and goes on when that one has let go.
 * A process that nothing suspends has its turn on the main stack; the others have
 * theirs on stacks of a pool. See host-linux/kernel/scheduler.ts.
 */
#ifndef ATOLL_KERNEL_SCHEDULER_H_
#define ATOLL_KERNEL_SCHEDULER_H_

#include <stdbool.h>
#include <stdint.h>

#include "worker.h"

/* What `scheduler_suspend` gives to one that was killed meanwhile; as in the plan. */
#define WAIT_KILLED (-100)

/* What a worker is run for. */
struct job {
  enum { JOB_NONE, JOB_RESUME, JOB_MESSAGE, JOB_ALARM, JOB_NOTICE, JOB_ENTRY } kind;
  struct worker *worker;
  /* Of a resume: what it goes on with. Of a message: its address. Of an alarm or notice: the token. */
  int32_t value;
  /* Of a notice: the reason. */
  int32_t reason;
  /* Who waits for the result of a message, and `waits` of it while it does; NULL for a cast. */
  struct worker *caller;
  uint32_t wait;
};

/* Who has control: the worker that runs, or NULL. */
struct worker *scheduler_running(void);
/* Who waits for the answer of what runs, or NULL. */
struct worker *scheduler_served(void);
/* The worker that runs waits; the kernel knows. `direct` runs at once, where its kind is not JOB_NONE. */
int32_t scheduler_suspend(const struct job *direct);
/* Runs next, before the kernel is asked. */
void scheduler_direct(const struct job *job);
/* It was killed. Returns false when it is running, and will notice later. */
bool scheduler_kill(struct worker *worker);
/* It has a turn, and that is what runs. */
bool scheduler_is_current(const struct worker *worker);
/* Lets processes run until there is nothing to do. */
void scheduler_run(void);

#endif
