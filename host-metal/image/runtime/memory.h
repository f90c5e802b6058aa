/*
 * Address space for linear memories, tables and stacks.
 */
#ifndef ATOLL_MEMORY_H_
#define ATOLL_MEMORY_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Below a stack: more than any one frame reaches without a probe. */
#define STACK_GUARD (1024 * 1024)
/*
 * Of each stack. Node's are about as large, and where a page is taken as soon as it is promised, as on the bare
 * machine, more would be most of what a small system takes. needs.ts counts with it.
 */
#define STACK_BYTES (1024 * 1024)

/* Whether an address lies in a linear memory's address space, or in the guard region behind it. */
bool memory_is_reserved(uintptr_t address);

/* A stack of STACK_BYTES with its guard below. Returns its lowest address; ends the system where there is no room. */
void *memory_stack(void);

/* Cleared bytes, at a multiple of 16, that are the system's until its end; NULL where there is no room. */
void *memory_room(size_t bytes);

/*
 * Where something is made that there may be no room for: from `memory_try` on a lack of room is a trap, and does not
 * end the system. Then what was taken since stays, or is given back.
 */
void memory_try(void);
void memory_keep(void);
void memory_give_back(void);

/* Ends the system, or what is tried: a host's own limit was reached before a guest's. */
void memory_out(const char *what) __attribute__((noreturn));

#endif
