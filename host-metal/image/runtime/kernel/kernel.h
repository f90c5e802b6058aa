/*
 * kernel.wasm, driven: events in, commands out; see host-linux/kernel/kernel.ts.
 *
 * An event can be sent from anywhere, also by linked code in the middle of a turn
 * and while a command is being carried out. So commands are read out of the ring
 * at once and carried out one after the other, by whoever drains first.
 */
#ifndef ATOLL_KERNEL_H_
#define ATOLL_KERNEL_H_

#include <stdbool.h>
#include <stdint.h>

#include "kernel-abi.h"
#include "wasm-rt.h"

/* Words as in kernel/abi.ts. */
struct command {
  int32_t kind, pid, life, a, b, c, d;
};

/* Sends an event; commands stay in the ring until somebody drains it. Returns a status. */
int32_t kernel_ask(int32_t kind, int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f, int32_t g);
/* The same, and carries out what follows from it. */
int32_t kernel_event(int32_t kind, int32_t a, int32_t b, int32_t c, int32_t d);
/* Carries out all commands there are; returns at once where that is going on further out. */
void kernel_drain(void);
/* An event of eight words, kind first, as it is: where the kernel has no room for what follows, it refuses. */
int32_t kernel_tell(const uint32_t *words);
/*
 * EVENT_NEXT: true, and the command to run somebody, once all before it are carried out; else the status.
 * `finished`: the pid of whose turn is over, which nobody waits for; 0: none. It may have ended meanwhile.
 */
bool kernel_next(int32_t finished, struct command *run, int32_t *status);
/* The words of a report (LOOK_*; `index` from 1), until the next event; NULL when there is nothing of that index. */
const int32_t *kernel_report(int32_t what, int32_t index);
/* One word of a report (LOOK_*; `index` from 1); 0 when there is nothing of that index. */
int32_t kernel_look(int32_t what, int32_t index, int32_t word);

/* The kernel is made, with the tables that the plan says. */
void kernel_start(void);

#endif
