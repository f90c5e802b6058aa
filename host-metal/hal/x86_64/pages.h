/* The machine's pages: which are free. Filled from what PVH tells, before paging is made exact. */
#ifndef ATOLL_HAL_PAGES_H
#define ATOLL_HAL_PAGES_H

#include "../portable/memory-map.h"

/* The firmware's memory lies where it can be read: the first GiB, as boot.S maps it. */
#define PAGES_BOOT_END (1ull << 30)

/* `map` has all ranges, also those that are in use; the list of places is added to it. */
void pages_begin(struct memory_map *map);

#endif
