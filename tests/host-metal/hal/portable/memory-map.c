/* memory-map.h: against the meaning of the map, page by page, and maps of machines. */
#include "../../../../host-metal/hal/portable/memory-map.h"

#include "check.h"

#define KIB 1024ull
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* Free is a page of which every byte is usable by one range, and none is in use by another. */
static bool is_free(const struct memory_map *map, uint64_t page) {
  uint64_t start = page * MEMORY_MAP_PAGE, end = start + MEMORY_MAP_PAGE;
  bool usable = false;
  for (size_t i = 0; i < map->count; i++) {
    const struct memory_range *range = &map->ranges[i];
    if (range->usable && range->start <= start && range->end >= end) usable = true;
    if (!range->usable && range->start < end && range->end > start) return false;
  }
  return usable && start >= MEMORY_MAP_START;
}

static void run(uint64_t seed) {
  struct memory_map map = {0};
  int count = 1 + (int)(draw(&seed) % 12);
  for (int i = 0; i < count; i++) {
    uint64_t start = MIB - 8 * KIB + draw(&seed) % (256 * KIB);
    CHECK(memory_map_add(&map, start, draw(&seed) % (100 * KIB), draw(&seed) % 3 != 0));
  }
  uint64_t words[8];
  struct places pages;
  size_t most = memory_map_pages(&map);
  CHECK(PLACES_WORDS(most) <= 8);
  places_begin(&pages, words, most);
  memory_map_open(&map, &pages);
  for (uint64_t page = 0; page < 512; page++) {
    bool open = page < most && (words[page / 64] >> page % 64 & 1) == 0;
    CHECK(open == is_free(&map, page));
  }
  uint64_t size = 1 + draw(&seed) % (40 * KIB);
  uint64_t found = memory_map_find(&map, size, UINT64_MAX);
  size_t length = (size + MEMORY_MAP_PAGE - 1) / MEMORY_MAP_PAGE;
  size_t lowest = places_take(&pages, length);
  CHECK(found == 0 || found % MEMORY_MAP_PAGE == 0);
  /* It may reach over two usable ranges that touch: what is found in one is never lower than that. */
  if (found != 0) CHECK(lowest != PLACES_NONE && lowest <= found / MEMORY_MAP_PAGE);
  for (uint64_t page = found / MEMORY_MAP_PAGE; found != 0 && page < found / MEMORY_MAP_PAGE + length; page++)
    CHECK(is_free(&map, page));
}

/* As QEMU tells it of 5 GiB, with an image and its list of pages in it. */
static void a_machine(void) {
  static uint64_t words[PLACES_WORDS(6 * GIB / MEMORY_MAP_PAGE)];
  struct memory_map map = {0};
  struct places pages;
  memory_map_add(&map, 4 * GIB, 2 * GIB, true);
  memory_map_add(&map, 0, 639 * KIB, true);
  memory_map_add(&map, 639 * KIB, KIB, false);
  memory_map_add(&map, MIB, 3 * GIB - MIB, true);
  memory_map_add(&map, 2 * MIB, 100 * KIB, false);
  CHECK(memory_map_pages(&map) == 6 * GIB / MEMORY_MAP_PAGE);
  CHECK(memory_map_find(&map, 192 * KIB, GIB) == MIB);
  CHECK(memory_map_find(&map, 2 * MIB, GIB) == 2 * MIB + 100 * KIB);
  CHECK(memory_map_find(&map, 4 * GIB, UINT64_MAX) == 0);
  CHECK(memory_map_find(&map, 3 * MIB, 4 * MIB) == 0);
  places_begin(&pages, words, memory_map_pages(&map));
  memory_map_open(&map, &pages);
  CHECK(pages.free == (5 * GIB - MIB - 100 * KIB) / MEMORY_MAP_PAGE);
}

void test_memory_map(void) {
  for (uint64_t seed = 1; seed <= 500; seed++) run(seed * 0x9e3779b97f4a7c15);
  a_machine();

  struct memory_map map = {0};
  CHECK(memory_map_pages(&map) == 0);
  CHECK(memory_map_find(&map, 1, UINT64_MAX) == 0);
  CHECK(memory_map_add(&map, UINT64_MAX - 5, 100, true)); /* wraps */
  CHECK(memory_map_add(&map, MEMORY_MAP_END - MEMORY_MAP_PAGE, 1ull << 50, true));
  CHECK(memory_map_pages(&map) == MEMORY_MAP_END / MEMORY_MAP_PAGE);
  CHECK(memory_map_find(&map, MEMORY_MAP_PAGE, UINT64_MAX) == MEMORY_MAP_END - MEMORY_MAP_PAGE);
  CHECK(memory_map_add(&map, 0, UINT64_MAX, false));
  CHECK(memory_map_find(&map, 1, UINT64_MAX) == 0);
  while (map.count < MEMORY_MAP_MOST) CHECK(memory_map_add(&map, 0, 1, false));
  CHECK(!memory_map_add(&map, 0, 1, false));
  CHECK(memory_map_add(&map, 0, 0, false)); /* nothing to add */
}
