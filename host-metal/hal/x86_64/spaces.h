/* The places of the address space that memories and stacks take. */
#ifndef ATOLL_HAL_SPACES_H
#define ATOLL_HAL_SPACES_H

void spaces_begin(void);

#endif
