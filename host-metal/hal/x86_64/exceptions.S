/*
 * Where the processor enters on an exception or interrupt: one entry for each vector,
 * 16 bytes apart, that makes all frames alike and calls `exceptions_take`.
 *
 * The frame is AMD64 manual, volume 2, section 8.9.3; struct exception_frame is what
 * lies on the stack at the call. Vectors that bring an error code: table 8-1.
 */
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
  push %rax
  push %rcx
  push %rdx
  push %rbx
  push %rbp
  push %rsi
  push %rdi
  push %r8
  push %r9
  push %r10
  push %r11
  push %r12
  push %r13
  push %r14
  push %r15
  cld
  mov %rsp, %rdi
  call exceptions_take
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %r11
  pop %r10
  pop %r9
  pop %r8
  pop %rdi
  pop %rsi
  pop %rbp
  pop %rbx
  pop %rdx
  pop %rcx
  pop %rax
  add $16, %rsp
  iretq
  .section .note.GNU-stack, "", @progbits
