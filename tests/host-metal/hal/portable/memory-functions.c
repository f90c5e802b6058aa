/* The functions of x86_64/memory-functions.c under other names, against those of the C library. */
#define memcpy own_memcpy
#define memmove own_memmove
#define memset own_memset
#define memcmp own_memcmp
#include "../../../../host-metal/hal/x86_64/memory-functions.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

#include "check.h"

#define MOST 400

static uint8_t a[MOST], b[MOST];

/* Each distance of the two ends, upward and downward, over each other or not. */
static void check_moves(uint64_t *seed) {
  for (size_t length = 0; length <= 130; length++) {
    for (size_t from = 0; from <= 150; from += 1 + draw(seed) % 9) {
      size_t to = draw(seed) % 150;
      for (size_t i = 0; i < MOST; i++) a[i] = b[i] = (uint8_t)draw(seed);
      CHECK(own_memmove(a + to, a + from, length) == a + to);
      memmove(b + to, b + from, length);
      CHECK(memcmp(a, b, MOST) == 0);
    }
  }
}

static int sign(int number) {
  return (number > 0) - (number < 0);
}

void test_memory_functions(void) {
  uint64_t seed = 3;
  check_moves(&seed);
  for (size_t length = 0; length <= 100; length++) {
    memset(a, 1, MOST), memset(b, 1, MOST);
    CHECK(own_memset(a + length % 7, 0x1ff, length) == a + length % 7);
    memset(b + length % 7, 0xff, length);
    CHECK(memcmp(a, b, MOST) == 0);
    uint8_t *exact = malloc(length + 1), *copy = malloc(length + 1); /* so that a byte too far is seen */
    memset(exact, (int)length, length + 1);
    CHECK(own_memcpy(copy, exact, length + 1) == copy && own_memcmp(copy, exact, length + 1) == 0);
    copy[draw(&seed) % (length + 1)] = (uint8_t)draw(&seed);
    CHECK(sign(own_memcmp(copy, exact, length + 1)) == sign(memcmp(copy, exact, length + 1)));
    free(exact), free(copy);
  }
}
