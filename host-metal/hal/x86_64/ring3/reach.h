/* What the program may give to this layer: memory that it can reach itself. */
#ifndef ATOLL_HAL_REACH_H
#define ATOLL_HAL_REACH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether ring 3 may read (or also write) all of [start, start + length). If not, `*bad`
 * is the first address that it may not.
 */
bool reach_has(uint64_t start, uint64_t length, bool writes, uint64_t *bad);

/*
 * From now on this layer may touch the program's memory, until it returns to the program:
 * without this a processor with SMAP faults (AMD64 manual, volume 2, section 5.6.6).
 */
static inline void reach_open(void) {
  __asm__ volatile("pushfq; orl $0x40000, (%%rsp); popfq" : : : "memory", "cc");
}

/* The end of the readable memory, in one piece, that begins at `start`; at most 16 MiB of it. */
uint64_t reach_end(uint64_t start);

#endif
