/* The program in ring 0, beside this layer: a call of hal.h is a call of C, and a catch is found where it lies. */
#include "../ring.h"

#include "../../portable/frames.h"
#include "../catch.h"
#include "../image.h"
#include "../program-start.h"

const uint64_t ring_page = 0;

_Noreturn void ring_enter(void) {
  program_start();
}

bool ring_call(struct exception_frame *frame) {
  (void)frame;
  return false;
}

bool ring_fault(struct exception_frame *frame, int reason, uint64_t address) {
  return catch_exception(frame, reason, address) || catch_handle(frame, reason, address);
}

/* Before the program starts there is only boot.S's stack. */
int ring_calls(uint64_t frame, uint64_t *calls, int most) {
  if (hal_fiber_current()->stack != NULL) return catch_calls(frame, calls, most);
  return frames_walk(frame, (uint64_t)boot_stack, (uint64_t)boot_stack_end, calls, most);
}
