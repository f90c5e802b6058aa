/*
 * Slots, and what they point at: the callee, or a stand-in while it is dead.
 */
#ifndef ATOLL_BINDINGS_H_
#define ATOLL_BINDINGS_H_

#include <stdint.h>

struct binding;

/* Points the slot at its callee, or its stand-in. */
void bindings_point(const struct binding *binding);
/* Points all slots at their callees. */
void bindings_fill(void);
/* No call gets into the process any more. */
void bindings_close(uint32_t process);
/* Calls get into it again. */
void bindings_open(uint32_t process);

#endif
