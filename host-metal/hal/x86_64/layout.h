/*
 * The address space. All of it lies in the lower half, so that the program can also
 * run where that is all there is: in ring 3, or as a process of another system.
 *
 *   0                  memory of the machine, each address at itself
 *   511 GiB            registers of devices, where their own addresses are higher
 *   512 GiB            stacks: 32,768 of 16 MiB, each mapped at its upper end
 *   1 TiB              memories of Wasm: 8,128 of 16 GiB, each mapped at its lower end
 *   128 TiB            the end
 */
#ifndef ATOLL_HAL_LAYOUT_H
#define ATOLL_HAL_LAYOUT_H

#include "../hal.h"

#define DEVICES_START (511ull << 30)
#define STACKS_START (512ull << 30)
#define STACKS_END (1ull << 40)
#define STACK_SPAN (16ull << 20)
#define STACK_PLACES ((STACKS_END - STACKS_START) / STACK_SPAN)

#define MEMORIES_START STACKS_END
#define MEMORIES_END (128ull << 40)
#define MEMORY_PLACES ((MEMORIES_END - MEMORIES_START) / HAL_MEMORY_SPAN)

_Static_assert(HAL_STACK_MOST + HAL_STACK_GUARD <= STACK_SPAN, "a stack and its guard region fit");

#endif
