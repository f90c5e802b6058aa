/*
 * Catches and fibers, as this processor does them. switch.S has what C cannot say.
 * Part of the program, in its ring.
 */
#include "catch.h"

#include "../portable/frames.h"
#include "../portable/machine.h"

/* The order of hal_catch.registers, which switch.S knows by offsets. */
enum { RBX, RBP, R12, R13, R14, R15, RSP, RIP };
_Static_assert(offsetof(struct hal_catch, outer) == 0, "switch.S");
_Static_assert(offsetof(struct hal_catch, registers) == 8, "switch.S");

#define RFLAGS_ALWAYS 0x2 /* all others 0: no interrupts, strings go upward */

struct hal_catch *machine_catches;
_Noreturn void catch_resume(struct hal_catch *catch, int reason);

int catch_calls(uint64_t frame, uint64_t *calls, int most) {
  const struct hal_fiber *fiber = hal_fiber_current();
  uint64_t low = (uint64_t)fiber->stack;
  return frames_walk(frame, low, low + fiber->stack_size, calls, most);
}

/* Takes the innermost catch off the chain, filled with what happened. */
static struct hal_catch *caught(int reason, uint64_t address, uint64_t instruction, uint64_t frame) {
  struct hal_catch *catch = machine_catches;
  machine_catches = catch->outer;
  catch->fault.reason = reason;
  catch->fault.address = address;
  catch->fault.instruction = instruction;
  catch->fault.frame = frame;
  catch->fault.depth = catch_calls(frame, catch->fault.calls, HAL_FAULT_CALLS);
  return catch;
}

bool catch_exception(struct exception_frame *frame, int reason, uint64_t address) {
  if (machine_catches == NULL) return false;
  struct hal_catch *catch = caught(reason, address, frame->rip, frame->rbp);
  frame->rbx = catch->registers[RBX];
  frame->rbp = catch->registers[RBP];
  frame->r12 = catch->registers[R12];
  frame->r13 = catch->registers[R13];
  frame->r14 = catch->registers[R14];
  frame->r15 = catch->registers[R15];
  frame->rsp = catch->registers[RSP];
  frame->rip = catch->registers[RIP];
  frame->rax = (uint64_t)reason;
  frame->rflags = RFLAGS_ALWAYS;
  return true;
}

static hal_fault_handler *handler;

void hal_on_fault(hal_fault_handler *asked) {
  handler = asked;
}

bool catch_handle(struct exception_frame *frame, int reason, uint64_t address) {
  struct hal_fault fault = {.reason = reason, .address = address, .instruction = frame->rip, .frame = frame->rbp};
  struct hal_resume resume;
  if (handler == NULL) return false;
  fault.depth = catch_calls(frame->rbp, fault.calls, HAL_FAULT_CALLS);
  if (!handler(&fault, &resume)) return false;
  frame->rip = (uint64_t)resume.function;
  frame->rdi = (uint64_t)resume.argument;
  frame->rsi = (uint64_t)resume.value;
  frame->rsp = (frame->rsp & ~15ull) - 8;
  frame->rflags = RFLAGS_ALWAYS;
  return true;
}

_Noreturn void hal_raise(int reason) {
  if (machine_catches == NULL) hal_panic("a fault was raised that nobody catches");
  const uint64_t *frame = __builtin_frame_address(0);
  catch_resume(caught(reason, 0, frame[1], frame[0]), reason);
}

void hal_catch_end(struct hal_catch *catch) {
  if (machine_catches != catch) hal_panic("a catch is ended that is not the innermost one");
  machine_catches = catch->outer;
}

/*
 * What machine_switch takes off, then where it jumps. `start` is entered as by a call,
 * with the stack 8 bytes off a multiple of 16; the 0 is where it would return to, and
 * ends the chain of frames.
 */
uint64_t *machine_stack_begin(uint8_t *top, void (*start)(void)) {
  uint64_t *stack = (uint64_t *)top;
  *--stack = 0;
  *--stack = (uint64_t)start;
  for (int i = 0; i < 6; i++) *--stack = 0;
  return stack;
}
