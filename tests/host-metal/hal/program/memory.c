/* Pages, and memories of Wasm where nothing goes wrong in them. */
#include "program.h"

int test_pages(void) {
  size_t free = hal_pages_free();
  uint8_t *one = hal_pages_take(1), *three = hal_pages_take(3);
  __builtin_memset(three, 0xff, 3 * HAL_PAGE);
  one[0] = 1;
  say("taken %", free - hal_pages_free());
  hal_pages_give(three, 3);
  uint8_t *again = hal_pages_take(3);
  uint64_t sum = 0;
  for (size_t i = 0; i < 3 * HAL_PAGE; i++) sum += again[i];
  say("again: same place %, sum %", (uint64_t)(again == three), sum);
  hal_pages_give(again, 3);
  hal_pages_give(one, 1);
  say("lost %", free - hal_pages_free());
  say("too many: %", (uint64_t)hal_pages_take(free + 1));
  return 0;
}

static uint64_t sum_of(const struct hal_memory *memory) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < memory->size; i++) sum += memory->base[i];
  return sum;
}

int test_memories(void) {
  struct hal_memory a, b;
  size_t free = hal_pages_free();
  uint64_t reserved = hal_memory_reserve(&a);
  say("reserved % %", reserved, (uint64_t)hal_memory_reserve(&b));
  say("apart %", (uint64_t)(b.base - a.base) >> 30);
  say("grown % %", (uint64_t)hal_memory_grow(&a, 65536), (uint64_t)hal_memory_grow(&b, 65536));
  say("sums % %", sum_of(&a), sum_of(&b));
  a.base[0] = 1;
  a.base[65535] = 2;
  uint64_t grown = hal_memory_grow(&a, 3 << 20);
  say("grown %, size %", grown, a.size);
  say("sums % %", sum_of(&a), sum_of(&b));
  say("invalid % % %", (uint64_t)hal_memory_grow(&a, 65536), (uint64_t)hal_memory_grow(&a, (3 << 20) + 1),
      (uint64_t)hal_memory_grow(&a, HAL_MEMORY_MOST + HAL_PAGE));
  hal_memory_release(&a);
  say("reserved %", (uint64_t)hal_memory_reserve(&a));
  grown = hal_memory_grow(&a, 3 << 20);
  say("grown %, sum %", grown, sum_of(&a));
  hal_memory_release(&a);
  hal_memory_release(&b);
  say("lost %", free - hal_pages_free());
  return 0;
}

static void never(void *argument) {
  (void)argument;
}

/* A memory that does not fit is as it was, and nothing is lost by the attempt. */
int test_out_of_memory(void) {
  struct hal_memory memory;
  size_t free = hal_pages_free();
  hal_memory_reserve(&memory);
  hal_memory_grow(&memory, 1 << 20);
  memory.base[12345] = 67;
  size_t left = hal_pages_free();
  say("far too large %", (uint64_t)hal_memory_grow(&memory, HAL_MEMORY_MOST));
  /* Pages enough, but none for the tables that map them. */
  say("a little too large %", (uint64_t)hal_memory_grow(&memory, memory.size + left * HAL_PAGE));
  say("size %, sum %, lost %", memory.size, sum_of(&memory), left - hal_pages_free());
  say("what fits %", (uint64_t)hal_memory_grow(&memory, memory.size + (left - 16) * HAL_PAGE));
  struct hal_fiber fiber;
  say("a stack %", (uint64_t)hal_fiber_make(&fiber, 1 << 20, never, NULL));
  hal_memory_release(&memory);
  say("lost %", free - hal_pages_free());
  return 0;
}

int test_out_of_places(void) {
  struct hal_memory memory, first = {0};
  uint64_t count = 0;
  enum hal_status status;
  while ((status = hal_memory_reserve(&memory)) == HAL_OK)
    if (count++ == 0) first = memory;
  say("% memories, then %", count, (uint64_t)status);
  hal_memory_release(&first);
  say("released one, then %", (uint64_t)hal_memory_reserve(&memory));
  say("grown %", (uint64_t)hal_memory_grow(&memory, HAL_PAGE));
  memory.base[HAL_PAGE - 1] = 1;
  return 0;
}

/* Pieces of a place, with nothing between them. */
int test_pieces(void) {
  struct hal_memory memory;
  size_t free = hal_pages_free();
  hal_memory_reserve(&memory);
  say("mapped %", (uint64_t)hal_memory_map(&memory, 1 << 20, 2 * HAL_PAGE));
  memory.base[1 << 20] = 1;
  say("again % %", (uint64_t)hal_memory_map(&memory, 1 << 20, HAL_PAGE),
      (uint64_t)hal_memory_map(&memory, (1 << 20) - HAL_PAGE, 2 * HAL_PAGE));
  say("at the end %", (uint64_t)hal_memory_map(&memory, HAL_MEMORY_SPAN - HAL_PAGE, HAL_PAGE));
  say("beyond % %", (uint64_t)hal_memory_map(&memory, HAL_MEMORY_SPAN, HAL_PAGE),
      (uint64_t)hal_memory_map(&memory, HAL_PAGE, UINT64_MAX - HAL_PAGE + 1));
  say("no pages % %", (uint64_t)hal_memory_map(&memory, 1, HAL_PAGE), (uint64_t)hal_memory_map(&memory, 0, 1));
  say("grown below %, into it %", (uint64_t)hal_memory_grow(&memory, 1 << 20),
      (uint64_t)hal_memory_grow(&memory, (1 << 20) + HAL_PAGE));
  say("size %, byte %", memory.size, (uint64_t)memory.base[1 << 20]);
  hal_memory_release(&memory);
  say("lost %", free - hal_pages_free());
  return 0;
}
