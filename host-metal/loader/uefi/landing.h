/*
 * From the firmware's 64-bit mode to what PVH asks for: 32-bit protected mode without
 * paging. Only then are the system's parts copied to where they belong: until then the
 * firmware, its page tables among them, may lie there.
 *
 * All of it lies in one block below 1 GiB, which is none of those places:
 *
 *     ┌───────────────────┐
 *     │ landing.S         │  code, and the table of segments
 *     ├───────────────────┤
 *     │ struct landing    │
 *     ├───────────────────┤
 *     │ the whole package │
 *     └───────────────────┘
 */
#ifndef ATOLL_LOADER_LANDING_H
#define ATOLL_LOADER_LANDING_H

#include "../package.h"
#include "../ranges.h"

struct landing {
  uint32_t entry;
  uint32_t start_info; /* the address of `info` */
  uint32_t package;
  struct pvh_start_info info;
  struct ranges ranges;
};

/* landing.S, which runs where it was copied to. */
extern const uint8_t landing_start[], landing_end[];

/* Goes to the copy of landing.S at `code`. */
_Noreturn void land(void *code, const struct landing *landing);

#endif
