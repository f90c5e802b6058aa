/*
 * Traps: what ended a guest's call, and the frame that it ends in.
 */
#ifndef ATOLL_TRAP_H_
#define ATOLL_TRAP_H_

#include <stdbool.h>
#include <stdint.h>

#include "frames.h"
#include "wasm-rt.h"

#define TRAP_CALLS 16

struct trap {
  wasm_rt_trap_t code;
  /* Name of the C function, for a trap that code asked for; NULL for an exception of the processor. */
  const char *function;
  /* What a device says of it. */
  const char *refused;
  /* Addresses after the instruction that trapped, and after the calls that led to it, innermost first. */
  uint32_t call_count;
  uint64_t calls[TRAP_CALLS];
};

/* A frame that traps end in; the innermost is `trap_frame`. */
struct trap_frame {
  struct frame_registers registers;
  struct trap_frame *outer;
  /* Of exceptions, as it was outside. */
  struct frame_registers *unwind_target;
};

extern struct trap_frame *trap_frame;
/* The newest. */
extern struct trap trap_newest;

/* Puts a frame on the stack. Its `registers` are entered next; 0 comes of that, and then a trap's code. */
void trap_push(struct trap_frame *frame);
/* Takes it off, at its end or after a trap. */
void trap_pop(struct trap_frame *frame);

/* Ends what runs, in the innermost frame. */
void trap_raise(const struct trap *trap) __attribute__((noreturn));
/* A device does not do what it was asked for. */
void trap_refuse(const char *why) __attribute__((noreturn));

/* Traps when the stack is nearly used up: the runtime must not be ended in the middle of what it does. */
void trap_check_stack(void);

/* A quota of the process was used up. */
bool trap_is_exhaustion(const struct trap *trap);
/* An adapter refused what was passed to it: nobody's instruction is at fault. */
bool trap_is_refusal(const struct trap *trap);
/* There is no stack left to do anything now. */
bool trap_is_out_of_stack(const struct trap *trap);
/* A clause about the process that trapped, such as "divided by zero". */
void trap_reason(const struct trap *trap, void (*put)(const char *text));

/* The stack that runs, from its lowest address that may be used. */
void trap_set_stack(const void *lowest, const void *highest);
void trap_stack(const uint8_t **lowest, const uint8_t **highest);

#endif
