#include "system-time.h"

#include <stddef.h>

#include "platform.h"

#define MICROSECOND 1000

static uint64_t now;

bool time_is_virtual(uint32_t *seed) {
  static bool known, is_virtual;
  static uint32_t found;
  if (!known) is_virtual = platform_seed(&found);
  known = true;
  if (seed != NULL) *seed = found;
  return is_virtual;
}

uint64_t time_now(void) { return time_is_virtual(NULL) ? now : platform_now(); }

uint64_t time_wall(void) { return time_is_virtual(NULL) ? now : platform_wall_time(); }

void time_pass_to(uint64_t nanoseconds) {
  now = nanoseconds > now + MICROSECOND ? nanoseconds : now + MICROSECOND;
}
