/*
 * What becomes of an exception: a fault that somebody catches, or a panic.
 */
#include "exceptions.h"

#include "../hal.h"
#include "interrupts.h"
#include "layout.h"
#include "panic.h"
#include "ring.h"
#include "segments.h"

enum {
  DIVIDE_ERROR = 0,
  NON_MASKABLE = 2,
  INVALID_OPCODE = 6,
  DOUBLE_FAULT = 8,
  PAGE_FAULT = 14,
  X87_ERROR = 16,
  MACHINE_CHECK = 18,
  SIMD_ERROR = 19,
};
/* Of a page fault's error code, section 8.4.2: damaged tables, and execution of data. */
#define PAGE_FAULT_RESERVED_BIT 0x08
#define PAGE_FAULT_EXECUTION 0x10

#define GATE_PRESENT_INTERRUPT 0x8eull

extern uint8_t exception_entries[EXCEPTION_VECTORS][16];
static uint64_t gates[EXCEPTION_VECTORS][2] __attribute__((aligned(16)));

static uint64_t stack_of(int vector) {
  bool disaster = vector == NON_MASKABLE || vector == DOUBLE_FAULT || vector == MACHINE_CHECK;
  return disaster ? STACK_OF_DISASTERS : STACK_OF_EXCEPTIONS;
}

/* A gate is drawn in section 4.8.4. Interrupts stay off in what it leads to. */
void exceptions_begin(void) {
  for (int vector = 0; vector < EXCEPTION_VECTORS; vector++) {
    uint64_t entry = (uint64_t)exception_entries[vector];
    gates[vector][0] = (entry & 0xffff) | SEGMENT_CODE << 16 | stack_of(vector) << 32 |
                       GATE_PRESENT_INTERRUPT << 40 | (entry >> 16 & 0xffff) << 48;
    gates[vector][1] = entry >> 32;
  }
  struct __attribute__((packed)) {
    uint16_t limit;
    uint64_t base;
  } pointer = {sizeof gates - 1, (uint64_t)gates};
  __asm__ volatile("lidt %0" : : "m"(pointer));
}

static uint64_t page_fault_address(void) {
  uint64_t address;
  __asm__ volatile("mov %%cr2, %0" : "=r"(address));
  return address;
}

int exceptions_reason_at(uint64_t address) {
  if (address >= MEMORIES_START && address < MEMORIES_END) return HAL_FAULT_OUT_OF_BOUNDS;
  if (address >= STACKS_START && address < STACKS_END) return HAL_FAULT_STACK;
  return 0;
}

static int reason_of_page_fault(uint64_t error, uint64_t address) {
  if ((error & (PAGE_FAULT_RESERVED_BIT | PAGE_FAULT_EXECUTION)) != 0) return 0;
  return exceptions_reason_at(address);
}

/* 0: no fault that can be gone on from. */
static int reason_of(const struct exception_frame *frame, uint64_t address) {
  switch (frame->vector) {
    case DIVIDE_ERROR:
      return HAL_FAULT_DIVIDE;
    case INVALID_OPCODE:
      return HAL_FAULT_INSTRUCTION;
    case PAGE_FAULT:
      return reason_of_page_fault(frame->error, address);
    case X87_ERROR:
    case SIMD_ERROR:
      return HAL_FAULT_FLOAT;
    default:
      return 0;
  }
}

/* Called by exceptions.S; what it changes in the frame is what the processor goes on with. */
void exceptions_take(struct exception_frame *frame);
void exceptions_take(struct exception_frame *frame) {
  if (frame->vector >= INTERRUPT_TIMER) return interrupts_take((int)frame->vector);
  if (ring_call(frame)) return;
  uint64_t address = frame->vector == PAGE_FAULT ? page_fault_address() : 0;
  int reason = reason_of(frame, address);
  if (reason != 0 && ring_fault(frame, reason, address)) return;
  panic_exception(frame, address);
}
