/*
 * Where the program goes on at a fault, and how it leaves it: with the registers of the
 * frame, but for rcx, which is nobody's where a function begins or a call returns (System
 * V ABI for x86-64, section 3.2.1). Not by IRETQ, as the layer does: ring 3 may, but
 * emulators of SMAP have been wrong about it (QEMU 7.2 reads that stack as if in ring 0).
 */
  .file "fault-entry.S"
#include "../exception-frame.h"

/* Of what the registers leave of the frame. */
#define LEFT_RIP 16
#define LEFT_RSP 40

  .text
  .globl program_fault_entry
  .type program_fault_entry, @function
program_fault_entry:
  call program_fault
  EXCEPTION_POP
  mov LEFT_RIP(%rsp), %rcx
  mov LEFT_RSP(%rsp), %rsp
  jmp *%rcx
  .size program_fault_entry, . - program_fault_entry
  .section .note.GNU-stack, "", @progbits
