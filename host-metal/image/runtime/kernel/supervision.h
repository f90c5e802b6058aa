/*
 * Starts, stops and ends: what the kernel commands of them, and what it is told.
 * See host-linux/kernel/supervision.ts and kernel-host.ts.
 */
#ifndef ATOLL_KERNEL_SUPERVISION_H_
#define ATOLL_KERNEL_SUPERVISION_H_

#include <stdbool.h>
#include <stdint.h>

#include "../trap.h"
#include "kernel.h"
#include "scheduler.h"

/* A system under the kernel, from its start to its end. Does not return. */
void supervision_run(void) __attribute__((noreturn));

void supervision_carry_out(const struct command *command);
/* COMMAND_RUN, as what is to be done; JOB_NONE when there is nothing to do. */
struct job supervision_job_of(struct worker *worker, const struct command *command);
/* A turn of it is over. */
void supervision_left(struct worker *worker);
/* What it ran has trapped. */
void supervision_threw(struct worker *worker, const struct trap *trap);
/* Ends it without a failure, by its own wish: its code, which runs, must go no further. `exit_status` may be set. */
void supervision_exit(struct worker *worker, int32_t reason);
/* Calls the entry; and once that has returned, takes what it said, and stops the system. */
void supervision_enter(void);
void supervision_entered(void);
/* Between two turns: time, and whoever wants the system to end. */
void supervision_heed(void);
bool supervision_is_over(void);
/* It was killed, and code of it is still on the stack. Of no kernel: false. */
bool supervision_is_dying(uint32_t process);
/* A device's function is called by it: traps when its process must not go on. */
void supervision_check(void);
/* The slice of a process has ended: true when it has to yield now. */
bool supervision_slice_ended(uint32_t runner);

/* Processes that died together: positions. `out_of_stack`: there is none to do anything with now. */
void supervision_buried(const uint32_t *dead, uint32_t count, uint32_t originator, bool exhausted, bool out_of_stack);

#endif
