/*
 * Which memory of the machine may be used, made of what its firmware says.
 *
 * A firmware's list may be unsorted, overlap, and end beyond the last address. What
 * any range says is in use is in use, also where another one says that it is free.
 */
#ifndef ATOLL_HAL_MEMORY_MAP_H
#define ATOLL_HAL_MEMORY_MAP_H

#include "places.h"

#define MEMORY_MAP_PAGE 4096u
/* Memory above this address is not used: its own address is that of something else (x86_64/layout.h). */
#define MEMORY_MAP_END (511ull << 30)
/* Nor below this one, where firmware keeps what it needs: 1 MiB. */
#define MEMORY_MAP_START (1ull << 20)
#define MEMORY_MAP_MOST 128

struct memory_range {
  uint64_t start;
  uint64_t end; /* the address after its last byte */
  bool usable;
};

struct memory_map {
  size_t count;
  struct memory_range ranges[MEMORY_MAP_MOST];
};

/* Adds a range; one that wraps ends at the last address. False when the map is full. */
bool memory_map_add(struct memory_map *map, uint64_t start, uint64_t size, bool usable);

/* The number of the page after the last usable one. */
size_t memory_map_pages(const struct memory_map *map);

/* The lowest page from which on `size` bytes, rounded up to pages, are usable and end at most at `end`; 0: none. */
uint64_t memory_map_find(const struct memory_map *map, uint64_t size, uint64_t end);

/* Opens the places of all usable pages. A place's number is that of its page. */
void memory_map_open(const struct memory_map *map, struct places *pages);

#endif
