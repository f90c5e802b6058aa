/* Pages of the machine that the program has, for hal_pages_take and hal_pages_give of ring 3. */
#ifndef ATOLL_HAL_OWN_PAGES_H
#define ATOLL_HAL_OWN_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* NULL also where there is no memory for the tables. */
void *own_pages_take(size_t count);

/* A panic where one of them is not the program's. */
void own_pages_give(uint64_t start, size_t count);

#endif
