/*
 * Where SYSCALL enters from ring 3 (AMD64 manual, volume 2, section 6.1.1): rcx is where
 * the program goes on, r11 its flags; flags are clear by MSR_FLAG_MASK; the stack is
 * still the program's. There is one processor and nothing interrupts, so the layer's
 * stack is a fixed one.
 *
 * What the program has is noted as an exception would: a pointer that is not the
 * program's is a fault of whoever gave it, and a panic tells the registers.
 *
 * SYSRET with an address that is not canonical in rcx would fault in ring 0 on some
 * processors (Intel SDM, volume 2, SYSRET), on a stack that the program has chosen. Here
 * rcx is what SYSCALL put there, behind an instruction of the image's text, below 2 GiB;
 * and each exception has a stack of the layer's own.
 */
  .file "gate-entry.S"
#include "../exception-frame.h"
#include "../segments.h"
#include "gates.h"

#define FLAG_INTERRUPTS 0x200
#define FRAME_RIP 136
#define FRAME_FLAGS 152
#define FRAME_RSP 160
#define FRAME_SIZE 176

  .text
  .globl gate_entry
  .type gate_entry, @function
gate_entry:
  mov %rsp, gate_stack_pointer(%rip)
  mov $gate_stack_end, %esp
  push $SEGMENT_PROGRAM_DATA
  push gate_stack_pointer(%rip)
  push %r11
  andl $~FLAG_INTERRUPTS, (%rsp) /* never set in ring 3, but where a KVM has made it up */
  push $SEGMENT_PROGRAM_CODE
  push %rcx
  push $0
  push $0
  EXCEPTION_PUSH
  cmp $GATES_COUNT, %rax
  jae 1f
  mov %r10, %rcx
  call *gate_table(, %rax, 8)
  mov FRAME_RIP(%rsp), %rcx
  mov FRAME_FLAGS(%rsp), %r11
  mov FRAME_RSP(%rsp), %rsp
  sysretq
1:
  call gate_unknown
  ud2
  .size gate_entry, . - gate_entry

/* void gate_leave(struct exception_frame *): into ring 3, with all that the frame has. */
  .globl gate_leave
  .type gate_leave, @function
gate_leave:
  mov %rdi, %rsp
  EXCEPTION_LEAVE
  .size gate_leave, . - gate_leave

  .bss
  .balign 16
  .globl gate_stack, gate_caller, gate_stack_end
gate_stack: .skip 16384
gate_caller: .skip FRAME_SIZE
gate_stack_end:
gate_stack_pointer: .skip 8
  .section .note.GNU-stack, "", @progbits
