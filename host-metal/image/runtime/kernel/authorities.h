/* What processes hold by the plan: handles of the kernel, for the wires that send. */
#ifndef ATOLL_KERNEL_AUTHORITIES_H_
#define ATOLL_KERNEL_AUTHORITIES_H_

#include "worker.h"

/* Gives a process that starts the authority that its wires say; the handles of a process go when it ends. */
void authorities_endow(const struct worker *worker);

#endif
