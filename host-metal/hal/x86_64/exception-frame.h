/* For the assembler: struct exception_frame (exceptions.h), made and left. */
#ifndef ATOLL_HAL_EXCEPTION_FRAME_H
#define ATOLL_HAL_EXCEPTION_FRAME_H

/* The general registers, below what the processor, or who else, has pushed. */
#define EXCEPTION_PUSH \
  push %rax;           \
  push %rcx;           \
  push %rdx;           \
  push %rbx;           \
  push %rbp;           \
  push %rsi;           \
  push %rdi;           \
  push %r8;            \
  push %r9;            \
  push %r10;           \
  push %r11;           \
  push %r12;           \
  push %r13;           \
  push %r14;           \
  push %r15;

#define EXCEPTION_POP \
  pop %r15;           \
  pop %r14;           \
  pop %r13;           \
  pop %r12;           \
  pop %r11;           \
  pop %r10;           \
  pop %r9;            \
  pop %r8;            \
  pop %rdi;           \
  pop %rsi;           \
  pop %rbp;           \
  pop %rbx;           \
  pop %rdx;           \
  pop %rcx;           \
  pop %rax;

/* Goes on with all of the frame at rsp. */
#define EXCEPTION_LEAVE \
  EXCEPTION_POP         \
  add $16, %rsp;        \
  iretq;

#endif
