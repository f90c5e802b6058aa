/*
 * The time of the system: the platform's; or, in a run with a seed, a time that stands
 * still while anybody has something to do. See docs/native.md, "The same run again".
 */
#ifndef ATOLL_SYSTEM_TIME_H_
#define ATOLL_SYSTEM_TIME_H_

#include <stdbool.h>
#include <stdint.h>

/* Whether the run has a seed, and that. */
bool time_is_virtual(uint32_t *seed);
/* Nanoseconds since some moment, and since 1970. */
uint64_t time_now(void);
uint64_t time_wall(void);
/* Of a virtual time: at least a microsecond passes. */
void time_pass_to(uint64_t nanoseconds);

#endif
