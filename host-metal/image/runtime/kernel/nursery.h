/*
 * Where processes that are made at run time begin, and what becomes of their places.
 * See host-linux/kernel/nursery.ts.
 */
#ifndef ATOLL_KERNEL_NURSERY_H_
#define ATOLL_KERNEL_NURSERY_H_

#include "kernel.h"
#include "worker.h"

/* The process that a first start is about, which somebody has spawned; NULL where there is none, or no room for it. */
struct worker *nursery_worker(const struct command *start);
/* A life is over. */
void nursery_ended(const struct worker *worker);

#endif
