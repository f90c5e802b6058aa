/* frames.h: a chain that is good, and chains that lead astray. */
#include "../../../../host-metal/hal/portable/frames.h"

#include "check.h"

#define WORDS 16

void test_frames(void) {
  uint64_t *stack = malloc(WORDS * sizeof *stack), calls[WORDS];
  uint64_t low = (uint64_t)stack, high = low + WORDS * 8;
  memset(stack, 0, WORDS * 8);
  stack[2] = low + 6 * 8, stack[3] = 111;
  stack[6] = low + 14 * 8, stack[7] = 222;
  stack[14] = 0, stack[15] = 333;
  CHECK(frames_walk(low + 16, low, high, calls, WORDS) == 3);
  CHECK(calls[0] == 111 && calls[1] == 222 && calls[2] == 333);
  CHECK(frames_walk(low + 16, low, high, calls, 2) == 2);
  stack[15] = 0;
  CHECK(frames_walk(low + 16, low, high, calls, WORDS) == 2);

  CHECK(frames_walk(0, low, high, calls, WORDS) == 0);
  CHECK(frames_walk(low - 8, low, high, calls, WORDS) == 0);
  CHECK(frames_walk(high - 8, low, high, calls, WORDS) == 0);
  CHECK(frames_walk(high, low, high, calls, WORDS) == 0);
  CHECK(frames_walk(UINT64_MAX & ~7ull, low, high, calls, WORDS) == 0);
  CHECK(frames_walk(low + 17, low, high, calls, WORDS) == 0);
  stack[6] = low + 16; /* downward: a chain that would never end */
  CHECK(frames_walk(low + 16, low, high, calls, WORDS) == 2);
  stack[6] = low + 6 * 8;
  CHECK(frames_walk(low + 16, low, high, calls, WORDS) == 2);
  free(stack);
}
