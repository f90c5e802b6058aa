/* What only a program beside the layer can do: reach all memory, and the layer's own functions. */
#include "cases.h"

/* What lies above 4 GiB, where that is memory. */
static int test_high_memory(void) {
  volatile uint64_t *high = (volatile uint64_t *)((4ull << 30) + 12345 * 8);
  *high = 0x1234567890abcdef;
  say("more than 4 GiB %, written and read %", (uint64_t)(hal_pages_free() > 1 << 20),
      (uint64_t)(*high == 0x1234567890abcdef));
  return 0;
}

const struct test_case RING_CASES[] = {
    {"high-memory", test_high_memory},
    {"block-corrupt", test_block_corrupt},
    {"stream-corrupt", test_stream_corrupt},
    {NULL, NULL},
};
