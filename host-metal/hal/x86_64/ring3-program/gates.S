/*
 * The program's half of the gates: hal.h's calls, each of which asks the layer below by
 * SYSCALL (AMD64 manual, volume 3). That overwrites rcx, so the fourth argument goes by
 * r10. The frame is there so that a panic can tell who called.
 */
  .file "gates.S"
#include "../ring3/gates.h"

#define GATE(number, name)   \
  .globl name;               \
  .type name, @function;     \
  name:;                     \
  push %rbp;                 \
  mov %rsp, %rbp;            \
  mov $number, %eax;         \
  mov %rcx, %r10;            \
  syscall;                   \
  pop %rbp;                  \
  ret;                       \
  .size name, . - name;

  .text
GATES(GATE)
  .section .note.GNU-stack, "", @progbits
