/* The page tables: AMD64 manual, volume 2, section 5.3 (long-mode page translation). */
#ifndef ATOLL_HAL_PAGING_H
#define ATOLL_HAL_PAGING_H

#include "../portable/memory-map.h"

/* Makes exact what boot.S mapped roughly, and maps what usable memory lies above it. */
void paging_begin(const struct memory_map *map);

/* Maps `size` bytes of new pages, all zero, writable. False, and nothing is mapped: no memory. */
bool paging_map(uint64_t start, uint64_t size);

/* Whether nothing of [start, start + size) is mapped. */
bool paging_is_free(uint64_t start, uint64_t size);

/* Gives back the pages of [start, start + size), where there are any, and tables that became empty. */
void paging_unmap(uint64_t start, uint64_t size);

/* Bits of an entry: AMD64 manual, volume 2, section 5.4. */
#define PAGE_PRESENT 0x1ull
#define PAGE_WRITABLE 0x2ull
#define PAGE_USER 0x4ull /* ring 3 may, too */

/* What of these bits all entries have that lead to `address`, below MEMORIES_END. */
uint64_t paging_rights(uint64_t address);

/* Takes bits from the entries of whole pages that are mapped, then sets others. False: no memory, and part is done. */
bool paging_change(uint64_t start, uint64_t size, uint64_t taken, uint64_t set);

/*
 * Maps registers of a device, uncached; the result is where: at their own address, or
 * from DEVICES_START on if that is taken. 0: there is no place. A lack of memory is a panic.
 */
uint64_t paging_map_device(uint64_t start, uint64_t size);

#endif
