#include "spawners.h"

#include <stdbool.h>
#include <stddef.h>

#include "../trap.h"
#include "clock.h"
#include "kernel.h"
#include "worker.h"

#define ALL (-1)
/* The kernel counts in 31 bits, and its times end in 142 years. */
#define MOST 0x7fffffffu
#define LATEST ((1ull << 52) - 1)

static bool full;

void spawners_full(void) { full = true; }

/* The pid of who asks; the kernel is told the time. */
static int32_t begin(const struct spawner *spawner) {
  trap_check_stack();
  clock_tell();
  const struct worker *worker = worker_at(spawner->process);
  return worker == NULL ? 0 : worker->pid;
}

static uint32_t ask(int32_t kind, int32_t pid, uint32_t a, uint32_t b) {
  return (uint32_t)kernel_event(kind, pid, (int32_t)a, (int32_t)b, 0);
}

static uint32_t narrow(int32_t pid, uint32_t handle, uint32_t mask, uint32_t uses, uint32_t rate, uint64_t until) {
  const int32_t made = kernel_ask(EVENT_NARROW, pid, (int32_t)handle, (int32_t)mask, (int32_t)uses, (int32_t)rate,
                                  (int32_t)until, (int32_t)(until >> 32));
  kernel_drain();
  return (uint32_t)made;
}

/* What follows is carried out before it returns: the process has run its initialisers then. */
uint32_t spawners_spawn(void *context) {
  const struct spawner *spawner = context;
  /* Its deadline to start begins now. */
  const int32_t pid = begin(spawner);
  full = false;
  const uint32_t handle = ask(EVENT_SPAWN, pid, *spawner->authority, spawner->node);
  if ((int32_t)handle < 0 || !full) return handle;
  ask(EVENT_DROP, pid, handle, 0);
  return (uint32_t)STATUS_EXHAUSTED;
}

uint32_t spawners_provider(void *context) {
  const struct spawner *spawner = context;
  return narrow(begin(spawner), *spawner->authority, (uint32_t)ALL, 0, 0, 0);
}

uint32_t spawners_monitor(void *spawner, uint32_t handle, uint32_t token) {
  return ask(EVENT_MONITOR, begin(spawner), handle, token);
}

uint32_t spawners_link(void *spawner, uint32_t handle) { return ask(EVENT_LINK, begin(spawner), handle, 0); }

static uint32_t counted(uint32_t value) { return value < MOST ? value : MOST; }

/* When so much time has passed; 0 for ever. */
static uint64_t until(uint64_t microseconds) {
  if (microseconds == 0) return 0;
  const uint64_t now = clock_now();
  return microseconds > LATEST - now ? LATEST : now + microseconds;
}

uint32_t spawners_narrow(void *spawner, uint32_t handle, uint32_t mask, uint32_t uses, uint32_t rate,
                         uint64_t microseconds) {
  const int32_t pid = begin(spawner);
  return narrow(pid, handle, mask, counted(uses), counted(rate), until(microseconds));
}

uint32_t spawners_revoke(void *spawner, uint32_t handle) { return ask(EVENT_REVOKE, begin(spawner), handle, 0); }
