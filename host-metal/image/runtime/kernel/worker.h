/*
 * The workers of the kernel: processes of the plan that live, or will again.
 */
#ifndef ATOLL_KERNEL_WORKER_H_
#define ATOLL_KERNEL_WORKER_H_

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

struct stack;
struct begun_lines;

/* Queues that a worker can be in; see supervision.c. */
enum worker_link { LINK_DYING, LINK_STOPPING, LINK_LATE, LINK_COUNT };

struct worker {
  const struct kernel_node *node;
  /* Its own, where it was spawned. */
  const struct kernel_process *process;
  int32_t pid;
  /* Of its process: in the plan, or after those of the plan. */
  uint32_t position;
  /* The kernel's number of its starts. */
  int32_t life;
  /* It has had a life before. */
  bool begun;
  /* Its initialisers have run or are running, and it has not ended. */
  bool alive;
  /* It was killed while code of it is being run, which has not noticed yet. */
  bool dying;
  /* The kernel wants it started, once what runs of its last life is gone. */
  bool start_due;
  /* Asked to end, in the middle of a turn. */
  bool stopping;
  /* On which it has a turn. */
  struct stack *stack;
  /* Counts the calls that it has waited for. */
  uint32_t waits;
  /* For the result of a call; `reply` is that, once it is there: a message, 0 for none, or a status. */
  bool waiting;
  int32_t reply;
  /* See wakeups.c: a device has something new for it; what it waits by, 0 while it does not. */
  bool is_woken;
  int32_t wake_token;
  /* Lines that it has begun to write, once it has, and what ends them with its life; see devices/stdio.c. */
  struct begun_lines *begun_lines;
  void (*end_lines)(struct worker *worker);
  /* What it exited with. */
  uint32_t exit_status;
  /* What the kernel was told of this life's fuel. */
  int64_t charged;
  /* Of what it died, and with whom, until that is told. */
  bool died_exhausted;
  const struct worker *died_with;
  /* Why it failed last; 0: it has not. */
  int32_t failure;
  bool is_linked[LINK_COUNT];
  struct worker *next[LINK_COUNT];
};

/* The supervision tree, as the kernel is told of it before it boots. */
void workers_declare(void);
/* The pid of a node of the tree; 0 for what is not there at first. */
int32_t workers_pid(uint32_t node);
/* The root's. */
int32_t workers_root(void);
/* One that was spawned is known from now on, and is not any more. */
void workers_add(struct worker *worker);
void workers_remove(const struct worker *worker);
/* NULL where there is none. */
struct worker *worker_of(int32_t pid);
/* The worker that lives and dies with a process; NULL where there is none. */
struct worker *worker_at(uint32_t position);

#endif
