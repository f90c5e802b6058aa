/*
 * Wake-ups: a process that found nothing at its devices waits until one of them has
 * something new. See host-linux/kernel/wakeups.ts.
 */
#ifndef ATOLL_KERNEL_WAKEUPS_H_
#define ATOLL_KERNEL_WAKEUPS_H_

#include <stdbool.h>
#include <stdint.h>

#include "worker.h"

/* A life of it begins. */
void wakeups_begin(struct worker *worker);
/* It goes on, whatever it has waited for. */
void wakeups_resumed(struct worker *worker);
/* It waits, or its next wait returns at once. */
void wakeups_wake(struct worker *worker);
/*
 * Begins to block it for so many microseconds, UINT64_MAX for ever, 0 until who else is ready has had a turn. A
 * status; `woken`: it was woken before, and does not wait.
 */
int32_t wakeups_wait(struct worker *worker, uint64_t microseconds, bool *woken);

#endif
