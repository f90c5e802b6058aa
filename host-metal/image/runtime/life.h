/*
 * The first state of a process, at first and again; and the end of the system.
 */
#ifndef ATOLL_LIFE_H_
#define ATOLL_LIFE_H_

#include <stdbool.h>
#include <stdint.h>

/* Memories, tables and budget get their first state; at the process's expense, the initialisers run. */
void life_fill(uint32_t process);
void life_initialise(uint32_t process);
/* Under the kernel, of a process and those that share its life. `again`: after another one. False on a trap. */
bool life_begin(uint32_t process, bool again);

/* What the entry returned: an offset in the transfer memory; see `Entry` in the plan. */
void life_take_result(uint32_t result);
/* Ends the program as the entry has said. */
void life_exit(void) __attribute__((noreturn));

#endif
