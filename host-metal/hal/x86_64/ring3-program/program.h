/* What the layer below knows of the program in ring 3, besides hal_program. */
#ifndef ATOLL_HAL_PROGRAM_H
#define ATOLL_HAL_PROGRAM_H

#include "../exceptions.h"
#include "../shared.h"

/* Where the layer puts what the program reads without asking. */
extern struct layer_shared *const program_shared;

/*
 * The program starts on this stack too, and leaves it for its own at once. What runs on
 * it at a fault is what hal_on_fault names.
 */
#define PROGRAM_FAULT_STACK 8192
extern uint8_t program_fault_stack[PROGRAM_FAULT_STACK];

/* Entered with rsp = rdi = the frame, on program_fault_stack, rsi = the reason, rdx = the address. */
void program_fault_entry(void);
void program_fault(struct exception_frame *frame, int reason, uint64_t address);

#endif
