/* See ranges.h. */
#include "ranges.h"

bool ranges_add(struct ranges *ranges, uint64_t start, uint64_t size, uint32_t type) {
  if (size == 0) return true;
  if (ranges->count > 0) {
    struct pvh_memory *last = &ranges->list[ranges->count - 1];
    if (last->type == type && last->start + last->size == start) {
      last->size += size;
      return true;
    }
  }
  if (ranges->count == RANGES_MOST) return false;
  ranges->list[ranges->count++] = (struct pvh_memory){start, size, type, 0};
  return true;
}

/* The end of the range of memory that `address` lies in; 0: it lies in none. */
static uint64_t end_around(const struct ranges *ranges, uint64_t address) {
  for (uint32_t i = 0; i < ranges->count; i++) {
    const struct pvh_memory *range = &ranges->list[i];
    if (range->type == PVH_RAM && range->start <= address && address - range->start < range->size)
      return range->start + range->size;
  }
  return 0;
}

bool ranges_hold(const struct ranges *ranges, uint64_t start, uint64_t end) {
  for (uint64_t at = start; at < end;) {
    at = end_around(ranges, at);
    if (at == 0) return false;
  }
  return true;
}
