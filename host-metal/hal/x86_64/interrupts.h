/*
 * What ends `hal_idle`: the timer, and console input. AMD64 manual, volume 2, chapter 16
 * (local APIC); Intel 82093AA data sheet (I/O APIC).
 */
#ifndef ATOLL_HAL_INTERRUPTS_H
#define ATOLL_HAL_INTERRUPTS_H

#include <stdint.h>

void interrupts_begin(void);

/* Called for each interrupt: tells the APIC that it was seen. */
void interrupts_take(int vector);

/* The timer counts down from `count`, then interrupts once; 0 stops it. */
void timer_start(uint32_t count);

/* What is left of the count. */
uint32_t timer_left(void);

#endif
