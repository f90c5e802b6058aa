#include "clock.h"

#include "../system-time.h"
#include "kernel.h"

#define NANOSECONDS 1000

static uint64_t origin;
static bool begun;
static uint64_t told;
/* In microseconds. */
static uint64_t due = CLOCK_NEVER;

uint64_t clock_now(void) {
  const uint64_t now = time_now();
  if (!begun) origin = now;
  begun = true;
  return (now - origin) / NANOSECONDS;
}

void clock_tell(void) {
  const uint64_t now = clock_now();
  if (now == told) return;
  told = now;
  kernel_event(EVENT_CLOCK, (int32_t)now, (int32_t)(now >> 32), 0, 0);
}

void clock_wake(int32_t low, int32_t high) {
  due = high < 0 ? CLOCK_NEVER : (uint64_t)high << 32 | (uint32_t)low;
}

uint64_t clock_due(void) { return due == CLOCK_NEVER ? CLOCK_NEVER : origin + due * NANOSECONDS; }

bool clock_pass(void) {
  if (due == CLOCK_NEVER) return false;
  time_pass_to(due * NANOSECONDS);
  clock_tell();
  return true;
}

void clock_ring(void) {
  if (due != CLOCK_NEVER && clock_now() >= due) clock_tell();
}
