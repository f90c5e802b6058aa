/*
 * The names of functions, from the table that `build.ts` appends to an image.
 *
 *     │ count │ size │ address, name │ … count times │ names, each ended by 0 │
 *       u32     u32    u32      u32                     `name` counts from the table's start
 *
 * Entries are sorted by address. An image lies below 4 GiB, so 32 bits are enough.
 */
#ifndef ATOLL_HAL_SYMBOLS_H
#define ATOLL_HAL_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The name of the function that `address` lies in, and how far into it; NULL when the
 * table (`size` bytes, 0 for none) does not say.
 */
const char *symbols_find(const void *table, size_t size, uint64_t address, uint64_t *offset);

#endif
