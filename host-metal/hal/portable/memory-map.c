/* See memory-map.h. */
#include "memory-map.h"

static uint64_t page_up(uint64_t address) {
  return address > UINT64_MAX - MEMORY_MAP_PAGE ? UINT64_MAX / MEMORY_MAP_PAGE + 1
                                                : (address + MEMORY_MAP_PAGE - 1) / MEMORY_MAP_PAGE;
}

static uint64_t page_down(uint64_t address) {
  return address / MEMORY_MAP_PAGE;
}

/* The part of a usable range that this layer uses: whole pages only. `*end` may be at most `*first`. */
static void pages_of(const struct memory_range *range, uint64_t *first, uint64_t *end) {
  *first = page_up(range->start < MEMORY_MAP_START ? MEMORY_MAP_START : range->start);
  *end = page_down(range->end > MEMORY_MAP_END ? MEMORY_MAP_END : range->end);
}

bool memory_map_add(struct memory_map *map, uint64_t start, uint64_t size, bool usable) {
  if (size == 0) return true;
  if (map->count == MEMORY_MAP_MOST) return false;
  uint64_t end = size > UINT64_MAX - start ? UINT64_MAX : start + size;
  map->ranges[map->count++] = (struct memory_range){start, end, usable};
  return true;
}

size_t memory_map_pages(const struct memory_map *map) {
  uint64_t most = 0;
  for (size_t i = 0; i < map->count; i++) {
    uint64_t first, end;
    pages_of(&map->ranges[i], &first, &end);
    if (map->ranges[i].usable && first < end && end > most) most = end;
  }
  return (size_t)most;
}

/* The end of some range in use that overlaps [start, end); 0: none does. */
static uint64_t in_the_way(const struct memory_map *map, uint64_t start, uint64_t end) {
  for (size_t i = 0; i < map->count; i++) {
    const struct memory_range *range = &map->ranges[i];
    if (!range->usable && range->start < end && range->end > start) return range->end;
  }
  return 0;
}

/* As memory_map_find, within one usable range: steps over what is in the way. */
static uint64_t find_in(const struct memory_map *map, const struct memory_range *range, uint64_t size,
                        uint64_t end) {
  uint64_t page, last;
  pages_of(range, &page, &last);
  if (last > page_down(end)) last = page_down(end);
  while (page < last && (last - page) * MEMORY_MAP_PAGE >= size) {
    uint64_t start = page * MEMORY_MAP_PAGE;
    uint64_t blocked = in_the_way(map, start, start + size);
    if (blocked == 0) return start;
    page = page_up(blocked);
  }
  return 0;
}

uint64_t memory_map_find(const struct memory_map *map, uint64_t size, uint64_t end) {
  if (size > MEMORY_MAP_END) return 0;
  uint64_t whole = page_up(size) * MEMORY_MAP_PAGE, best = 0;
  for (size_t i = 0; i < map->count; i++) {
    if (!map->ranges[i].usable) continue;
    uint64_t found = find_in(map, &map->ranges[i], whole, end);
    if (found != 0 && (best == 0 || found < best)) best = found;
  }
  return best;
}

void memory_map_open(const struct memory_map *map, struct places *pages) {
  for (size_t i = 0; i < map->count; i++) {
    uint64_t first, end;
    pages_of(&map->ranges[i], &first, &end);
    if (map->ranges[i].usable && first < end) places_open(pages, (size_t)first, (size_t)(end - first));
  }
  for (size_t i = 0; i < map->count; i++) {
    const struct memory_range *range = &map->ranges[i];
    uint64_t first = page_down(range->start), end = page_up(range->end);
    if (!range->usable) places_close(pages, (size_t)first, (size_t)(end - first));
  }
}
