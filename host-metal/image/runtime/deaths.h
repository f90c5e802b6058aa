/*
 * Guards, and who dies of a trap that one caught.
 */
#ifndef ATOLL_DEATHS_H_
#define ATOLL_DEATHS_H_

#include <stdbool.h>
#include <stdint.h>

/* A guard of a process, in one adapter: see `Source` of kind "guard" in the plan. */
struct guard {
  uint32_t process;
  /* The process that calls; -1 for none. */
  int32_t caller;
  /* Export of the adapter, and its instance. */
  void (*inner)(void *instance);
  void *instance;
  /* What the adapter says of a call that ended in the middle of it; NULL where it says nothing. */
  uint32_t *stale;
  uint32_t *record;
  uint32_t *begun;
};

/* `() -> i32` with its first parameter, a `const struct guard *`: 0, or the position of a fault plus one. */
uint32_t guard_call(void *guard);
/* As above, where the adapter found that what the process returned is not valid. */
uint32_t guard_condemn(void *guard);

/* It is in a call that a guard may end; and is in none any more. */
bool deaths_is_inside(uint32_t process);
void deaths_clear(uint32_t process);
/* None of those that it can have on its stack is in a call. */
bool deaths_is_alone(uint32_t process);
struct trap;
/* What ran for the host has ended in a trap: a message to the process, its entry, or its initialisers. */
void deaths_ended(uint32_t process, const struct trap *trap);
/* It ends without a trap. `running`: code of it is still on the stack, and a guard will want to know. */
void deaths_let_go(uint32_t process, bool running);

/* Runs code of a process on behalf of the host. Returns false, and what it ended in is `trap_newest`, on a trap. */
bool deaths_run_inside(uint32_t process, void (*run)(void *context), void *context);

#endif
