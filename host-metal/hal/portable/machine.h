/*
 * What the portable parts need of the machine below them: for who ports this layer.
 *
 * `x86_64/` has these functions, and the tests on Linux have others of the same names.
 */
#ifndef ATOLL_HAL_MACHINE_H
#define ATOLL_HAL_MACHINE_H

#include "../hal.h"

/* Maps a stack of `size` bytes, whole pages, with a guard region below; its lowest byte in `*stack`. */
enum hal_status machine_stack_take(size_t size, uint8_t **stack);
void machine_stack_give(uint8_t *stack, size_t size);

/*
 * Writes onto a new stack, whose end is `top`, what makes the first switch to it call
 * `start`. The stack pointer to switch to.
 */
uint64_t *machine_stack_begin(uint8_t *top, void (*start)(void));

/* Keeps what a callee has to keep, stores the stack pointer in `*from`, goes on with `to`. */
void machine_switch(uint64_t **from, uint64_t *to);

/*
 * As hal_idle, but without looking whether anything waits already: for a driver that
 * waits for something else. What interrupts since then ends it at once.
 */
void machine_halt(uint64_t deadline);

/* The chain of catches of who runs: its innermost one, or NULL. */
extern struct hal_catch *machine_catches;

#endif
