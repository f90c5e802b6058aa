/* Filling as it is without SSE, under another name. */
#undef __SSE2__
#define memcpy general_memcpy
#define memmove general_memmove
#define memset general_memset
#define memcmp general_memcmp
#include "../../../../host-metal/hal/x86_64/memory-functions.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

#include "check.h"

#define MOST 200

void test_memory_functions_general(void) {
  static uint8_t a[MOST], b[MOST];
  for (size_t length = 0; length <= 100; length++) {
    memset(a, 1, MOST), memset(b, 1, MOST);
    CHECK(general_memset(a + length % 7, 0x1ff, length) == a + length % 7);
    memset(b + length % 7, 0xff, length);
    CHECK(memcmp(a, b, MOST) == 0);
  }
}
