// World `failing-provider`.
#include "guest.h"

static u32 count;

EXPORT("t:trio/failing@0.1.0#fail")
u32 fail(u32 depth) {
  count++;
  if (depth > 100) __builtin_trap();
  return depth;
}

EXPORT("t:trio/failing@0.1.0#calls")
u32 calls(void) { return count; }
