/* What is said when nothing can go on. */
#ifndef ATOLL_HAL_PANIC_H
#define ATOLL_HAL_PANIC_H

#include "exceptions.h"

/* For an exception that is no fault, or one that nobody catches. `address`: of a page fault. */
_Noreturn void panic_exception(const struct exception_frame *frame, uint64_t address);

/* For a call `name` out of ring 3 with a pointer, of which `address` is not the program's. */
_Noreturn void panic_gate(const struct exception_frame *frame, const char *name, uint64_t address);

#endif
