#include "frames.h"

void frame_first(void);

void *frame_begin(void *top, void (*run)(void *context), void *context) {
  uint64_t *stack = top;
  /* Where a function is called, the stack is a multiple of 16; walks up the stack end at the zeros. */
  *--stack = 0;
  *--stack = 0;
  *--stack = (uint64_t)(uintptr_t)frame_first;
  /* rbx, rbp, r12 to r15, in the order in which the switch pushes them. */
  *--stack = 0;
  *--stack = 0;
  *--stack = (uint64_t)(uintptr_t)run;
  *--stack = (uint64_t)(uintptr_t)context;
  *--stack = 0;
  *--stack = 0;
  return stack;
}
