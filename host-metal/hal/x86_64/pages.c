/* See pages.h, and hal.h for what it gives to the program. */
#include "pages.h"

#include "../hal.h"

static struct places pages;

void pages_begin(struct memory_map *map) {
  size_t count = memory_map_pages(map);
  uint64_t size = PLACES_WORDS(count) * sizeof(uint64_t);
  uint64_t words = memory_map_find(map, size, PAGES_BOOT_END);
  if (words == 0 || !memory_map_add(map, words, size, false)) hal_panic("no memory for the list of pages");
  places_begin(&pages, (uint64_t *)words, count);
  memory_map_open(map, &pages);
}

void *hal_pages_take(size_t count) {
  size_t first = places_take(&pages, count);
  if (first == PLACES_NONE) return NULL;
  return __builtin_memset((void *)(first * HAL_PAGE), 0, count * HAL_PAGE);
}

void hal_pages_give(void *start, size_t count) {
  uint64_t address = (uint64_t)start;
  if (address % HAL_PAGE != 0 || !places_give(&pages, address / HAL_PAGE, count))
    hal_panic("pages are given back that nobody has");
}

size_t hal_pages_free(void) {
  return pages.free;
}
