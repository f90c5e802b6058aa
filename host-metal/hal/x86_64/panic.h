/* What is said when nothing can go on. */
#ifndef ATOLL_HAL_PANIC_H
#define ATOLL_HAL_PANIC_H

#include "exceptions.h"

/* For an exception that is no fault, or one that nobody catches. `address`: of a page fault. */
_Noreturn void panic_exception(const struct exception_frame *frame, uint64_t address);

#endif
