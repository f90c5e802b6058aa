/*
 * Fibers: which there are, who runs, and what may be done to which.
 *
 * Only the switch itself and the mapping of a stack are the machine's (machine.h).
 */
#include "machine.h"

static struct hal_fiber main_fiber;
static struct hal_fiber *current = &main_fiber;

struct hal_fiber *hal_fiber_current(void) {
  return current;
}

/* The first function of every fiber. */
static void start(void) {
  current->entry(current->argument);
  hal_panic("the function of a fiber has returned");
}

enum hal_status hal_fiber_make(struct hal_fiber *fiber, size_t stack_size, void (*entry)(void *),
                               void *argument) {
  if (stack_size == 0 || stack_size > HAL_STACK_MOST) return HAL_INVALID;
  size_t size = (stack_size + HAL_PAGE - 1) / HAL_PAGE * HAL_PAGE;
  uint8_t *stack;
  enum hal_status status = machine_stack_take(size, &stack);
  if (status != HAL_OK) return status;
  *fiber = (struct hal_fiber){
      .stack_pointer = machine_stack_begin(stack + size, start),
      .stack = stack,
      .stack_size = size,
      .entry = entry,
      .argument = argument,
  };
  return HAL_OK;
}

void hal_fiber_switch(struct hal_fiber *to) {
  struct hal_fiber *from = current;
  uint64_t *stack_pointer = to->stack_pointer;
  if (stack_pointer == NULL) hal_panic("switch to a fiber that does not wait");
  from->catches = machine_catches;
  machine_catches = to->catches;
  to->stack_pointer = NULL;
  current = to;
  machine_switch(&from->stack_pointer, stack_pointer);
}

void hal_fiber_drop(struct hal_fiber *fiber) {
  if (fiber == current) hal_panic("a fiber drops itself");
  if (fiber->stack == NULL) hal_panic("drop of what is no fiber with a stack of its own");
  machine_stack_give(fiber->stack, fiber->stack_size);
  *fiber = (struct hal_fiber){0};
}
