/*
 * fiber.c on a machine that only notes what it is asked for. A panic jumps back here;
 * the real switch is tested where it runs (hal.test.ts).
 */
#include <setjmp.h>

#include "../../../../host-metal/hal/portable/machine.h"
#include "check.h"

struct hal_catch *machine_catches;
static jmp_buf panicked;
static const char *why;
static enum hal_status next_status;
static size_t taken, given;
static void (*first_function)(void);
static uint64_t *switched_to;

_Noreturn void hal_panic(const char *text) {
  why = text;
  longjmp(panicked, 1);
}

enum hal_status machine_stack_take(size_t size, uint8_t **stack) {
  if (next_status != HAL_OK) return next_status;
  *stack = malloc(size);
  taken += size;
  return HAL_OK;
}

void machine_stack_give(uint8_t *stack, size_t size) {
  free(stack);
  given += size;
}

uint64_t *machine_stack_begin(uint8_t *top, void (*start)(void)) {
  first_function = start;
  uint64_t *stack_pointer = (uint64_t *)top - 1;
  *stack_pointer = 7; /* the end of the stack is there */
  return stack_pointer;
}

void machine_switch(uint64_t **from, uint64_t *to) {
  static uint64_t somewhere;
  *from = &somewhere;
  switched_to = to;
}

#define PANICS(expression, text)       \
  do {                                 \
    why = NULL;                        \
    if (setjmp(panicked) == 0) {       \
      expression;                      \
      CHECK(!"a panic");               \
    }                                  \
    CHECK(strcmp(why, text) == 0);     \
  } while (0)

static void note(void *argument) {
  *(int *)argument += 1;
}

void test_fiber(void) {
  static struct hal_fiber a, b;
  static int noted;
  struct hal_fiber *first = hal_fiber_current();
  struct hal_catch catch;

  CHECK(hal_fiber_make(&a, 1, note, &noted) == HAL_OK && taken == HAL_PAGE);
  CHECK(hal_fiber_make(&b, HAL_PAGE + 1, note, &noted) == HAL_OK && taken == 3 * HAL_PAGE);
  CHECK((uint8_t *)a.stack_pointer + 8 == a.stack + a.stack_size);
  struct hal_fiber untouched = {.stack_size = 4711};
  next_status = HAL_NO_MEMORY;
  CHECK(hal_fiber_make(&untouched, 1, note, NULL) == HAL_NO_MEMORY && untouched.stack_size == 4711);
  next_status = HAL_OK;
  CHECK(hal_fiber_make(&untouched, 0, note, NULL) == HAL_INVALID);
  CHECK(hal_fiber_make(&untouched, HAL_STACK_MOST + 1, note, NULL) == HAL_INVALID);

  machine_catches = &catch;
  uint64_t *waiting = a.stack_pointer;
  hal_fiber_switch(&a);
  CHECK(hal_fiber_current() == &a && switched_to == waiting && machine_catches == NULL);
  PANICS(first_function(), "the function of a fiber has returned");
  CHECK(noted == 1);
  PANICS(hal_fiber_switch(&a), "switch to a fiber that does not wait");
  PANICS(hal_fiber_drop(&a), "a fiber drops itself");
  hal_fiber_switch(first);
  CHECK(machine_catches == &catch);
  PANICS(hal_fiber_switch(first), "switch to a fiber that does not wait");
  PANICS(hal_fiber_drop(first), "a fiber drops itself");
  hal_fiber_switch(&b);
  PANICS(hal_fiber_drop(first), "drop of what is no fiber with a stack of its own");
  hal_fiber_switch(first);

  hal_fiber_drop(&a);
  hal_fiber_drop(&b);
  CHECK(given == taken);
  PANICS(hal_fiber_drop(&a), "drop of what is no fiber with a stack of its own");
  PANICS(hal_fiber_switch(&a), "switch to a fiber that does not wait");
}
