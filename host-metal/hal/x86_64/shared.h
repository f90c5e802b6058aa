/*
 * What the program reads without asking: the words of the command line, and how the time
 * stamp counter becomes a time. In ring 3 there are two, this layer's and the program's,
 * which is given a copy when it starts.
 */
#ifndef ATOLL_HAL_SHARED_H
#define ATOLL_HAL_SHARED_H

#include <stdint.h>

#include "../portable/command-line.h"

struct layer_shared {
  struct command_line command_line;
  uint64_t clock_started;        /* what the counter was */
  uint64_t nanoseconds_per_tick; /* times 2^32 */
};
extern struct layer_shared layer_shared;

#endif
