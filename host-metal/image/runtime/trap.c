/*
 * Traps: raised by code that checked something, or by the processor.
 *
 * Either way the innermost frame is left. Nothing between it and the trap gets a
 * chance to tidy up: whoever holds the frame puts right what can be half done.
 */
#include "trap.h"

#include "memory.h"
#include "platform.h"
#include "wasm-rt-exceptions.h"

/* For the runtime itself, when a guest calls it: the deepest that it goes, and much more. */
#define STACK_RESERVE (32 * 1024)

struct trap_frame *trap_frame;
struct trap trap_newest;

static const uint8_t *stack_lowest;
static const uint8_t *stack_highest;

void trap_push(struct trap_frame *frame) {
  frame->outer = trap_frame;
  frame->unwind_target = wasm_rt_get_unwind_target();
  wasm_rt_set_unwind_target(NULL);
  trap_frame = frame;
}

void trap_pop(struct trap_frame *frame) {
  trap_frame = frame->outer;
  wasm_rt_set_unwind_target(frame->unwind_target);
}

/* Each frame of a function begins with where its caller's is; behind that is where it returns to. */
static uint32_t walk(uintptr_t frame, uint64_t *calls, uint32_t most) {
  uintptr_t low = (uintptr_t)stack_lowest;
  uint32_t count = 0;
  while (count < most && frame % sizeof(uint64_t) == 0 && frame >= low && frame + 16 <= (uintptr_t)stack_highest) {
    const uint64_t *words = (const uint64_t *)frame;
    if (words[1] == 0) break;
    calls[count++] = words[1];
    low = frame + 16;
    frame = words[0];
  }
  return count;
}

void trap_raise(const struct trap *trap) {
  trap_newest = *trap;
  frame_leave(&trap_frame->registers, (int)trap->code);
}

void atoll_trap(wasm_rt_trap_t code, const char *function) {
  struct trap trap = {.code = code, .function = function};
  trap.call_count = walk((uintptr_t)__builtin_frame_address(0), trap.calls, TRAP_CALLS);
  trap_raise(&trap);
}

void trap_refuse(const char *why) {
  struct trap trap = {.code = WASM_RT_TRAP_DEVICE, .refused = why};
  trap.call_count = walk((uintptr_t)__builtin_frame_address(0), trap.calls, TRAP_CALLS);
  trap_raise(&trap);
}

void trap_set_stack(const void *lowest, const void *highest) {
  stack_lowest = lowest;
  stack_highest = highest;
}

void trap_stack(const uint8_t **lowest, const uint8_t **highest) {
  *lowest = stack_lowest;
  *highest = stack_highest;
}

void trap_check_stack(void) {
  const uint8_t *here = __builtin_frame_address(0);
  if (here < stack_lowest + STACK_RESERVE)
    trap_raise(&(struct trap){.code = WASM_RT_TRAP_EXHAUSTION});
}

struct frame_registers *platform_caught(const struct platform_fault *fault, int *code) {
  const uintptr_t address = fault->address;
  if (trap_frame == NULL) return NULL;
  struct trap trap = {.code = WASM_RT_TRAP_NONE};
  if (fault->what == PLATFORM_DIVIDE) trap.code = WASM_RT_TRAP_DIV_BY_ZERO;
  else if (memory_is_reserved(address)) trap.code = WASM_RT_TRAP_OOB;
  else if (address >= (uintptr_t)stack_lowest - STACK_GUARD && address < (uintptr_t)stack_highest)
    trap.code = WASM_RT_TRAP_EXHAUSTION;
  else return NULL;
  trap.calls[0] = fault->instruction + 1;
  trap.call_count = 1 + walk(fault->frame, trap.calls + 1, TRAP_CALLS - 1);
  trap_newest = trap;
  *code = (int)trap.code;
  return &trap_frame->registers;
}
