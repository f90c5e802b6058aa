/* Exceptions and interrupts: AMD64 manual, volume 2, chapter 8. */
#ifndef ATOLL_HAL_EXCEPTIONS_H
#define ATOLL_HAL_EXCEPTIONS_H

#include <stdint.h>

/* What exceptions.S leaves on the stack, lowest address first. */
struct exception_frame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
  uint64_t vector, error;
  uint64_t rip, cs, rflags, rsp, ss;
};

#define EXCEPTION_VECTORS 48
#define INTERRUPT_TIMER 32
#define INTERRUPT_SERIAL 36
#define INTERRUPT_DEVICE 40
#define INTERRUPT_SPURIOUS 47 /* its low four bits are set, as the APIC wants it */

void exceptions_begin(void);

/* The reason of a fault by an access to `address`, where nothing is mapped; 0: that is no fault. */
int exceptions_reason_at(uint64_t address);

#endif
