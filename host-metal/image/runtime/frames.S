/*
 * Frames on x86-64: what the System V ABI says a call keeps, stored and brought back.
 *
 * Leaving ends in a jump, not in `ret`: the processor would predict a return
 * address that is not the one (System V ABI for AMD64, section 3.2.1).
 */
  .text

/* int frame_enter(struct frame_registers *rdi) */
  .globl frame_enter
  .type frame_enter, @function
frame_enter:
  mov %rbx, 0(%rdi)
  mov %rbp, 8(%rdi)
  mov %r12, 16(%rdi)
  mov %r13, 24(%rdi)
  mov %r14, 32(%rdi)
  mov %r15, 40(%rdi)
  lea 8(%rsp), %rdx
  mov %rdx, 48(%rdi)
  mov (%rsp), %rdx
  mov %rdx, 56(%rdi)
  xor %eax, %eax
  ret
  .size frame_enter, . - frame_enter

/* void frame_leave(struct frame_registers *rdi, int esi) */
  .globl frame_leave
  .type frame_leave, @function
frame_leave:
  mov %esi, %eax
  mov 0(%rdi), %rbx
  mov 8(%rdi), %rbp
  mov 16(%rdi), %r12
  mov 24(%rdi), %r13
  mov 32(%rdi), %r14
  mov 40(%rdi), %r15
  mov 48(%rdi), %rsp
  cld
  jmp *56(%rdi)
  .size frame_leave, . - frame_leave

/* void frame_call_on(void *rdi, void (*rsi)(void *), void *rdx) */
  .globl frame_call_on
  .type frame_call_on, @function
frame_call_on:
  push %rbp
  mov %rsp, %rbp
  mov %rdi, %rsp
  mov %rdx, %rdi
  call *%rsi
  mov %rbp, %rsp
  pop %rbp
  ret
  .size frame_call_on, . - frame_call_on

/*
 * void frame_switch(void **rdi, void *rsi): what a call keeps is pushed, the stack that is left is noted in
 * *rdi, and the one that was noted as rsi goes on.
 */
  .globl frame_switch
  .type frame_switch, @function
frame_switch:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  pop %rcx
  jmp *%rcx
  .size frame_switch, . - frame_switch

/* A new stack goes on here; frame_begin has put the function and its context where the switch pops r12 and r13. */
  .globl frame_first
  .type frame_first, @function
frame_first:
  mov %r13, %rdi
  call *%r12
  ud2
  .size frame_first, . - frame_first

  .section .note.GNU-stack, "", @progbits
