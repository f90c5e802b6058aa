/*
 * What depends on the ring in which the program runs: `ring0/` and `ring3/` have these
 * functions, and an image has one of the two.
 */
#ifndef ATOLL_HAL_RING_H
#define ATOLL_HAL_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "exceptions.h"

/* What the entry of a page has that the program may reach: the user bit in ring 3, else nothing. */
extern const uint64_t ring_page;

/* Starts the program, after everything else is up. */
_Noreturn void ring_enter(void);

/* Asked of each exception first: true where it was a call of the program, which `frame` now goes on with. */
bool ring_call(struct exception_frame *frame);

/*
 * Makes `frame` go on where the program catches the fault, or says that it wants to go on.
 * False, and nothing happened: nobody does, or it was not the program's.
 */
bool ring_fault(struct exception_frame *frame, int reason, uint64_t address);

/* The return addresses of who runs, from the stack frame at `frame` on; how many, at most `most`. */
int ring_calls(uint64_t frame, uint64_t *calls, int most);

#endif
