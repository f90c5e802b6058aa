/*
 * Where the processor enters on an exception or interrupt: one entry for each vector,
 * 16 bytes apart, that makes all frames alike and calls `exceptions_take`.
 *
 * The frame is AMD64 manual, volume 2, section 8.9.3; struct exception_frame is what
 * lies on the stack at the call. Vectors that bring an error code: table 8-1.
 */
  .file "exceptions.S"
#include "exception-frame.h"

  .text
  .globl exception_entries
  .balign 16
exception_entries:
  .set vector, 0
  .rept 48
  .balign 16
  .if (vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
  .else
  push $0
  .endif
  push $vector
  jmp exception_common
  .set vector, vector + 1
  .endr

  .type exception_common, @function
exception_common:
  EXCEPTION_PUSH
  pushq $2 /* whatever flags the program had set, such as that which opens its memory */
  popfq
  mov %rsp, %rdi
  call exceptions_take
  EXCEPTION_LEAVE
  .section .note.GNU-stack, "", @progbits
