/* Time, measured against the one timer whose rate every PC shares. */
#ifndef ATOLL_HAL_CLOCK_H
#define ATOLL_HAL_CLOCK_H

#include <stdint.h>

/* Needs the local APIC (interrupts.h). Takes about 2 ms. */
void clock_begin(void);

/* `number` times `factor`, which is a factor times 2^32. */
uint64_t clock_scaled(uint64_t number, uint64_t factor);

#endif
