/*
 * In long mode segments say little more than the ring. The task state segment has the
 * stacks on which exceptions are taken: a stack that has overflowed cannot take its own.
 */
#include "segments.h"

#include <stdint.h>

#define STACK_SIZE 8192

static uint8_t exception_stack[STACK_SIZE] __attribute__((aligned(16)));
static uint8_t disaster_stack[STACK_SIZE] __attribute__((aligned(16)));

static struct __attribute__((packed)) {
  uint32_t reserved0;
  uint64_t ring_stacks[3];
  uint64_t reserved1;
  uint64_t interrupt_stacks[7];
  uint64_t reserved2;
  uint16_t reserved3;
  uint16_t io_permissions;
} task_state;

static uint64_t descriptors[5] = {
    0,
    0x00af9b000000ffff, /* 8: code, ring 0, 64 bits */
    0x00cf93000000ffff, /* 16: data */
    0, 0,               /* 24: the task state, twice as wide as the others */
};

void segments_begin(void) {
  task_state.interrupt_stacks[STACK_OF_EXCEPTIONS - 1] = (uint64_t)(exception_stack + STACK_SIZE);
  task_state.interrupt_stacks[STACK_OF_DISASTERS - 1] = (uint64_t)(disaster_stack + STACK_SIZE);
  task_state.io_permissions = sizeof task_state;
  uint64_t base = (uint64_t)&task_state;
  descriptors[3] = (sizeof task_state - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56;
  descriptors[4] = base >> 32;
  struct __attribute__((packed)) {
    uint16_t limit;
    uint64_t base;
  } pointer = {sizeof descriptors - 1, (uint64_t)descriptors};
  __asm__ volatile("lgdt %0; ltr %w1" : : "m"(pointer), "r"(24));
}
