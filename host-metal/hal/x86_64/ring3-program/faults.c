/*
 * Faults, as ring 3 sees them: the layer below puts the frame of the exception onto the
 * stack that is set aside here, and goes on in fault-entry.S. What is changed in the frame
 * is what execution goes on with, as in ring 0.
 */
#include "../catch.h"
#include "program.h"

uint8_t program_fault_stack[PROGRAM_FAULT_STACK] __attribute__((aligned(16)));

/* A gate: ends the machine, because nobody catches. */
_Noreturn void fault_uncaught(const struct exception_frame *frame, uint64_t address);

void program_fault(struct exception_frame *frame, int reason, uint64_t address) {
  if (!catch_exception(frame, reason, address) && !catch_handle(frame, reason, address))
    fault_uncaught(frame, address);
}
