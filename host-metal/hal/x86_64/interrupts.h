/*
 * What ends `hal_idle`: the timer, console input and devices. AMD64 manual, volume 2, chapter 16
 * (local APIC); Intel 82093AA data sheet (I/O APIC).
 */
#ifndef ATOLL_HAL_INTERRUPTS_H
#define ATOLL_HAL_INTERRUPTS_H

#include <stdint.h>

void interrupts_begin(void);

/* Called for each interrupt: tells the APIC that it was seen. */
void interrupts_take(int vector);

/* Has an edge on a line of the I/O APIC end hal_idle. A line that it does not have does nothing. */
void interrupts_route_device(uint32_t line);

/* What a device writes where, to end hal_idle: AMD64 manual, volume 2, section 16.11. */
struct interrupt_message {
  uint64_t address;
  uint32_t data;
};
struct interrupt_message interrupts_message(void);

/* The timer counts down from `count`, then interrupts once; 0 stops it. */
void timer_start(uint32_t count);

/* What is left of the count. */
uint32_t timer_left(void);

#endif
