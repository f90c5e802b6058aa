/*
 * The program in ring 3: what it may reach has the user bit in the page tables, its calls
 * of hal.h come by SYSCALL, and its faults go back to it. AMD64 manual, volume 2: section
 * 6.1.1 (SYSCALL), 5.6 (protection of pages), 3.1.3 (CR4).
 */
#include "../ring.h"

#include "../../hal.h"
#include "../../portable/frames.h"
#include "../image.h"
#include "../io.h"
#include "../paging.h"
#include "../program-start.h"
#include "../ring3-program/program.h"
#include "../segments.h"
#include "../shared.h"
#include "gate-entry.h"
#include "reach.h"

#define MSR_EFER 0xc0000080
#define EFER_SYSCALL 1u
#define MSR_STAR 0xc0000081
#define MSR_LONG_STAR 0xc0000082
#define MSR_FLAG_MASK 0xc0000084
#define MSR_SYSENTER_CODE 0x174
#define ALL_FLAGS 0xfffffffdu /* but the one that is always set */

#define CPUID_MOST 0
#define CPUID_FEATURES 7
#define CPUID_B_SMEP (1u << 7)
#define CPUID_B_SMAP (1u << 20)
#define CPUID_C_UMIP (1u << 2)
#define CR4_UMIP (1u << 11)
#define CR4_SMEP (1u << 20)
#define CR4_SMAP (1u << 21)

#define RFLAGS_ALWAYS 0x2

const uint64_t ring_page = PAGE_USER;

/* SYSCALL gives the first selector and the next, SYSRET those 16 and 8 behind the other one. */
static void begin_gates(void) {
  write_msr(MSR_STAR, (uint64_t)(SEGMENT_DATA | 3) << 48 | (uint64_t)SEGMENT_CODE << 32);
  write_msr(MSR_LONG_STAR, (uint64_t)gate_entry);
  write_msr(MSR_FLAG_MASK, ALL_FLAGS);
  write_msr(MSR_SYSENTER_CODE, 0); /* and not by SYSENTER: none is a general protection exception */
  write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SYSCALL);
}

/*
 * Where the processor can: this layer does not execute the program's memory, touches it
 * only where reach.h opened it, and the program does not learn where tables lie.
 */
static void begin_protection(void) {
  if (cpuid(CPUID_MOST).a < CPUID_FEATURES) return;
  struct cpuid has = cpuid(CPUID_FEATURES);
  uint64_t cr4;
  __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
  if ((has.b & CPUID_B_SMEP) != 0) cr4 |= CR4_SMEP;
  if ((has.b & CPUID_B_SMAP) != 0) cr4 |= CR4_SMAP;
  if ((has.c & CPUID_C_UMIP) != 0) cr4 |= CR4_UMIP;
  __asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
}

/* The program starts as if by a call that nobody made. */
_Noreturn void ring_enter(void) {
  *program_shared = layer_shared;
  begin_gates();
  begin_protection();
  struct exception_frame frame = {
      .rip = (uint64_t)program_start,
      .cs = SEGMENT_PROGRAM_CODE,
      .rflags = RFLAGS_ALWAYS,
      .rsp = (uint64_t)(program_fault_stack + PROGRAM_FAULT_STACK) - 8,
      .ss = SEGMENT_PROGRAM_DATA,
  };
  gate_leave(&frame);
}

/*
 * A KVM without help of the processor (kvm_pvm of Linux, which its authors call PVM) goes to
 * the right place at SYSCALL, but stays in ring 3, where that place cannot be executed. To
 * let the program in there is no more than SYSCALL does, whoever else may have jumped.
 */
bool ring_call(struct exception_frame *frame) {
  if (frame->cs != SEGMENT_PROGRAM_CODE || frame->rip != (uint64_t)gate_entry) return false;
  frame->cs = SEGMENT_CODE;
  frame->ss = SEGMENT_DATA;
  frame->rflags = RFLAGS_ALWAYS;
  return true;
}

/*
 * The frame goes onto the stack that the program has for it, and the program goes on
 * above it. A fault of what runs there already is nothing that can be gone on from.
 */
bool ring_fault(struct exception_frame *frame, int reason, uint64_t address) {
  uint64_t stack = (uint64_t)program_fault_stack;
  if (frame->cs != SEGMENT_PROGRAM_CODE) return false;
  if (frame->rsp >= stack && frame->rsp <= stack + PROGRAM_FAULT_STACK) return false;
  struct exception_frame *given = (struct exception_frame *)(program_fault_stack + PROGRAM_FAULT_STACK) - 1;
  reach_open();
  *given = *frame;
  *frame = (struct exception_frame){
      .rdi = (uint64_t)given,
      .rsi = (uint64_t)reason,
      .rdx = address,
      .rip = (uint64_t)program_fault_entry,
      .cs = SEGMENT_PROGRAM_CODE,
      .rflags = RFLAGS_ALWAYS,
      .rsp = (uint64_t)given,
      .ss = SEGMENT_PROGRAM_DATA,
  };
  return true;
}

/* Of the program, from a frame in memory that it can reach. */
static int program_calls(uint64_t frame, uint64_t *calls, int most) {
  uint64_t end = reach_end(frame);
  reach_open();
  return frames_walk(frame, frame, end, calls, most);
}

/* Of a call: on the layer's stack, and then on that of the program. */
static int gate_calls(uint64_t frame, uint64_t *calls, int most) {
  int count = frames_walk(frame, (uint64_t)gate_stack, (uint64_t)gate_stack_end, calls, most - 1);
  calls[count++] = gate_caller.rip;
  return count + program_calls(gate_caller.rbp, calls + count, most - count);
}

int ring_calls(uint64_t frame, uint64_t *calls, int most) {
  if (frame >= (uint64_t)gate_stack && frame < (uint64_t)gate_stack_end) return gate_calls(frame, calls, most);
  if (frame < (uint64_t)boot_stack || frame >= (uint64_t)boot_stack_end) return program_calls(frame, calls, most);
  return frames_walk(frame, (uint64_t)boot_stack, (uint64_t)boot_stack_end, calls, most);
}
