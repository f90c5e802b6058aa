/*
 * Frames that can be left by jumping: what a guard and a `try` are made of.
 *
 * Like setjmp and longjmp, without what signals and libraries add to those; the
 * trap handler of a platform leaves a frame by resuming at `frame_leave`.
 */
#ifndef ATOLL_FRAMES_H_
#define ATOLL_FRAMES_H_

#include <stdint.h>

/* What a call keeps: rbx, rbp, r12 to r15, rsp and where to go on. */
struct frame_registers {
  uint64_t saved[8];
};

/* Returns 0, and once more, with what `frame_leave` was given, when the frame is left. */
int frame_enter(struct frame_registers *registers) __attribute__((returns_twice));

/* `value` is not 0. The caller of `frame_enter` must not have returned. */
void frame_leave(struct frame_registers *registers, int value) __attribute__((noreturn));

/* Calls `run(context)` on another stack, which ends below `top`, a multiple of 16. */
void frame_call_on(void *top, void (*run)(void *context), void *context);

/* Leaves this stack, noted in `*from`, and goes on with one that was left, or that is new. */
void frame_switch(void **from, void *to);

/* Where a new stack that ends below `top`, a multiple of 16, begins: in `run(context)`, which must not return. */
void *frame_begin(void *top, void (*run)(void *context), void *context);

#endif
