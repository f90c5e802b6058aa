/* Time, measured against the one timer whose rate every PC shares. */
#ifndef ATOLL_HAL_CLOCK_H
#define ATOLL_HAL_CLOCK_H

/* Needs the local APIC (interrupts.h). Takes about 2 ms. */
void clock_begin(void);

#endif
