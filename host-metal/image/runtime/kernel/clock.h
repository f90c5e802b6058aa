/*
 * The kernel's time: microseconds since the system came up, and the moment at which it wants to know it.
 */
#ifndef ATOLL_KERNEL_CLOCK_H_
#define ATOLL_KERNEL_CLOCK_H_

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_NEVER UINT64_MAX

uint64_t clock_now(void);
/* Tells the kernel what time it is: before anything that it measures. */
void clock_tell(void);
/* COMMAND_WAKE: low and high word of the time, -1 and -1 for never. */
void clock_wake(int32_t low, int32_t high);
/* When the kernel wants to know the time, in nanoseconds of the platform; CLOCK_NEVER for never. */
uint64_t clock_due(void);
/* Of a virtual time: lets it pass to when it is due, and tells it. False where it never is. */
bool clock_pass(void);
/* Tells the time where it is due. */
void clock_ring(void);

#endif
