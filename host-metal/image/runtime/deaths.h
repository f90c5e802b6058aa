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

/* Runs code of a process on behalf of the host. Returns false, and what it ended in is `trap_newest`, on a trap. */
bool deaths_run_inside(uint32_t process, void (*run)(void *context), void *context);

#endif
