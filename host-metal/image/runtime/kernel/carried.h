/*
 * Handles of processes on their way from one process to another. See host-linux/kernel/carried.ts.
 *
 * One in a message is the receiver's from the moment that it is written there; until
 * it reads the message, what each message has is known here, and dropped with it.
 */
#ifndef ATOLL_KERNEL_CARRIED_H_
#define ATOLL_KERNEL_CARRIED_H_

#include <stdint.h>

#include "worker.h"

/* Positions of who gives, and of who is given; the second one counts for `carried_give` alone. */
struct carrier {
  uint32_t from;
  uint32_t to;
};

/* What adapters import, with a `const struct carrier *`; see "give", "carry" and "drop" of `Source` in the plan. */
uint32_t carried_give(void *carrier, uint32_t handle);
uint32_t carried_send(void *carrier, uint32_t via, uint32_t handle, uint32_t message);
uint32_t carried_reply(void *carrier, uint32_t handle, uint32_t message);
void carried_sent(void *carrier, uint32_t message, uint32_t status);
void carried_take(void *carrier, uint32_t message);
void carried_let_go(void *carrier, uint32_t handle);

/* Nobody will read the message: its handles are dropped. */
void carried_drop(int32_t message);
/* A life is over: what it was writing is sent no more. */
void carried_gone(const struct worker *worker);
/* Nobody will use it; `holder` 0: whoever has it. */
void carried_drop_handle(int32_t handle, int32_t holder);

#endif
