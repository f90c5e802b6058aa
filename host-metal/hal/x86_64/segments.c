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

static uint64_t descriptors[] = {
    0,
    0x00af9b000000ffff, /* 8: code, ring 0, 64 bits */
    0x00cf93000000ffff, /* 16: data */
    0x00cff3000000ffff, /* 24: data, ring 3 */
    0x00affb000000ffff, /* 32: code, ring 3, 64 bits */
    0, 0,               /* 40: the task state, twice as wide as the others */
};
#define TASK_STATE 40

void segments_begin(void) {
  task_state.interrupt_stacks[STACK_OF_EXCEPTIONS - 1] = (uint64_t)(exception_stack + STACK_SIZE);
  task_state.interrupt_stacks[STACK_OF_DISASTERS - 1] = (uint64_t)(disaster_stack + STACK_SIZE);
  task_state.io_permissions = sizeof task_state;
  uint64_t base = (uint64_t)&task_state;
  descriptors[TASK_STATE / 8] = (sizeof task_state - 1) | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56;
  descriptors[TASK_STATE / 8 + 1] = base >> 32;
  struct __attribute__((packed)) {
    uint16_t limit;
    uint64_t base;
  } pointer = {sizeof descriptors - 1, (uint64_t)descriptors};
  __asm__ volatile("lgdt %0; ltr %w1" : : "m"(pointer), "r"(TASK_STATE));
  /* No local descriptors: ring 3 would choose its own, where the table of before lies. */
  __asm__ volatile("lldt %w0" : : "r"(0));
}
