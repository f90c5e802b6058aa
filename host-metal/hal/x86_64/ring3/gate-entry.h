/* The way in and out of ring 3: gate-entry.S. */
#ifndef ATOLL_HAL_GATE_ENTRY_H
#define ATOLL_HAL_GATE_ENTRY_H

#include "../exceptions.h"

/* Where SYSCALL leads. */
void gate_entry(void);

/* Goes on with all that the frame has. */
_Noreturn void gate_leave(struct exception_frame *frame);

/* Whose call it is: rax is the number of the gate, rip lies behind the instruction. On top of the stack of calls. */
extern struct exception_frame gate_caller;
extern uint8_t gate_stack[], gate_stack_end[];

#endif
