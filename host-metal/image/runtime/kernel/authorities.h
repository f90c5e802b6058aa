/* What processes hold by the plan: handles of the kernel, for the wires that send or spawn, and for who may look. */
#ifndef ATOLL_KERNEL_AUTHORITIES_H_
#define ATOLL_KERNEL_AUTHORITIES_H_

#include "worker.h"

/* Gives a process that starts the authority that its wires and grants say; the handles of a process go when it ends. */
void authorities_endow(const struct worker *worker);
/* The handle by which a process may look at the kernel's tables; 0 while it has none. */
int32_t authorities_look(uint32_t position);

#endif
