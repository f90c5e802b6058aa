/* Faults from exceptions, to whoever catches. */
#ifndef ATOLL_HAL_CATCH_H
#define ATOLL_HAL_CATCH_H

#include <stdbool.h>

#include "../hal.h"
#include "exceptions.h"

/* Makes `frame` go on at the innermost catch of who runs. False, and nothing happened: there is none. */
bool catch_exception(struct exception_frame *frame, int reason, uint64_t address);

/* The same by the program's handler. False: it has none, or does not want it. */
bool catch_handle(struct exception_frame *frame, int reason, uint64_t address);

/* The return addresses on the stack of the fiber that runs, from `frame` on; how many, at most `most`. */
int catch_calls(uint64_t frame, uint64_t *calls, int most);

#endif
