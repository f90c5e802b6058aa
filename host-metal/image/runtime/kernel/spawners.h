/*
 * What the holder of handles of processes asks the kernel for: a process, a handle that may less, word of an end.
 * See host-linux/kernel/spawners.ts.
 */
#ifndef ATOLL_KERNEL_SPAWNERS_H_
#define ATOLL_KERNEL_SPAWNERS_H_

#include <stdint.h>

/* One import of a process view: who holds, and by what. */
struct spawner {
  /* Position of the process. */
  uint32_t process;
  /* Of a wire that spawns: what, as its position in the tree; else 0. */
  uint32_t node;
  /* By which it spawns, or calls the provider; NULL where it is only given handles. */
  const uint32_t *authority;
};

/* What adapters import, with a `const struct spawner *`: a handle or a status; see `Source` in the plan. */
uint32_t spawners_spawn(void *spawner);
uint32_t spawners_provider(void *spawner);
uint32_t spawners_monitor(void *spawner, uint32_t handle, uint32_t token);
uint32_t spawners_link(void *spawner, uint32_t handle);
uint32_t spawners_narrow(void *spawner, uint32_t handle, uint32_t mask, uint32_t uses, uint32_t rate,
                         uint64_t microseconds);
uint32_t spawners_revoke(void *spawner, uint32_t handle);

/* There was no room for what is being spawned. */
void spawners_full(void);

#endif
