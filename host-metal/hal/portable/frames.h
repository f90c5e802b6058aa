/*
 * Who called whom, by the chain of frame pointers.
 *
 * Code compiled with -fno-omit-frame-pointer keeps, at its frame pointer, that of its
 * caller, and above it the return address (System V ABI for x86-64, section 3.2.2).
 *
 *     frame pointer ──▶ │ caller's frame pointer │ return address │
 *
 * A function that calls nothing may have no frame all the same (GCC leaves it out where
 * no stack is used); where execution stopped in one, its caller is missing in the list.
 *
 * Where a fault comes from the chain may be anything, so no step leaves the stack.
 */
#ifndef ATOLL_HAL_FRAMES_H
#define ATOLL_HAL_FRAMES_H

#include <stdint.h>

/*
 * Writes up to `most` return addresses, innermost first, and says how many. The chain
 * begins at `frame`, and may only go upward in the stack from `low` to before `high`.
 */
int frames_walk(uint64_t frame, uint64_t low, uint64_t high, uint64_t *calls, int most);

#endif
