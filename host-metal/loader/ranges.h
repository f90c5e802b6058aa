/*
 * The memory map for PVH, collected of what firmware says: neighbours of one type are one.
 */
#ifndef ATOLL_LOADER_RANGES_H
#define ATOLL_LOADER_RANGES_H

#include <stdbool.h>

#include "../hal/x86_64/pvh.h"

#define RANGES_MOST 128u
/* Any type that is not PVH_RAM. */
#define RANGE_RESERVED 2u

struct ranges {
  uint32_t count;
  struct pvh_memory list[RANGES_MOST];
};

/* False when there are too many. */
bool ranges_add(struct ranges *ranges, uint64_t start, uint64_t size, uint32_t type);

/* Whether all of [start, end) is memory that the system may have. */
bool ranges_hold(const struct ranges *ranges, uint64_t start, uint64_t end);

#endif
