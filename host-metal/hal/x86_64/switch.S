/*
 * What C cannot say of stacks: to remember one, to go back to one, to change to another.
 *
 * A callee keeps rbx, rbp, r12 to r15 and the stack pointer (System V ABI for x86-64,
 * section 3.2.1); everything else the caller has saved itself, or does not need.
 */
  .file "switch.S"
  .text

/* int hal_catch_begin(struct hal_catch *): the fields are those of hal.h, in order. */
  .globl hal_catch_begin
  .type hal_catch_begin, @function
hal_catch_begin:
  mov machine_catches(%rip), %rax
  mov %rax, 0(%rdi)
  mov %rbx, 8(%rdi)
  mov %rbp, 16(%rdi)
  mov %r12, 24(%rdi)
  mov %r13, 32(%rdi)
  mov %r14, 40(%rdi)
  mov %r15, 48(%rdi)
  lea 8(%rsp), %rax
  mov %rax, 56(%rdi)
  mov (%rsp), %rax
  mov %rax, 64(%rdi)
  mov %rdi, machine_catches(%rip)
  xor %eax, %eax
  ret
  .size hal_catch_begin, . - hal_catch_begin

/* void catch_resume(struct hal_catch *, int reason): the second return of hal_catch_begin. */
  .globl catch_resume
  .type catch_resume, @function
catch_resume:
  mov %esi, %eax
  mov 8(%rdi), %rbx
  mov 16(%rdi), %rbp
  mov 24(%rdi), %r12
  mov 32(%rdi), %r13
  mov 40(%rdi), %r14
  mov 48(%rdi), %r15
  mov 56(%rdi), %rsp
  jmp *64(%rdi)
  .size catch_resume, . - catch_resume

/*
 * void machine_switch(uint64_t **from, uint64_t *to). It ends with a jump: a return to
 * where no call came from misleads the processor's prediction of returns, which costs
 * four times as much.
 */
  .globl machine_switch
  .type machine_switch, @function
machine_switch:
  push %rbp
  push %rbx
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
  pop %rbx
  pop %rbp
  pop %rcx
  jmp *%rcx
  .size machine_switch, . - machine_switch
  .section .note.GNU-stack, "", @progbits
