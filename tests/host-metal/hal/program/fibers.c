/* Stacks of their own. */
#include "program.h"

static struct hal_fiber *main_fiber;
static struct hal_fiber first, second;

static void count_up(void *argument) {
  uint64_t step = *(uint64_t *)argument;
  for (uint64_t n = step;; n += step) {
    say("fiber % at %", step, n);
    hal_fiber_switch(step == 1 ? &second : main_fiber);
  }
}

/* Main, first, second, main … each goes on where it was. */
int test_fibers(void) {
  uint64_t one = 1, ten = 10;
  size_t free = hal_pages_free();
  main_fiber = hal_fiber_current();
  say("made % %", (uint64_t)hal_fiber_make(&first, 16384, count_up, &one),
      (uint64_t)hal_fiber_make(&second, 1, count_up, &ten));
  for (uint64_t round = 0; round < 3; round++) {
    say("round %", round);
    hal_fiber_switch(&first);
  }
  say("main again %", (uint64_t)(hal_fiber_current() == main_fiber));
  hal_fiber_drop(&first);
  hal_fiber_drop(&second);
  say("lost %", free - hal_pages_free());
  say("invalid % %", (uint64_t)hal_fiber_make(&first, 0, count_up, NULL),
      (uint64_t)hal_fiber_make(&first, HAL_STACK_MOST + 1, count_up, NULL));
  return 0;
}

static void fault_in_fiber(void *argument) {
  (void)argument;
  struct hal_catch catch;
  if (hal_catch_begin(&catch) == 0) {
    hal_fiber_switch(main_fiber); /* leaves with its catch open */
    volatile uint8_t *below = first.stack - 1;
    *below = 1;
  }
  say("fiber: %, % below", (uint64_t)catch.fault.reason, (uint64_t)first.stack - catch.fault.address);
  hal_fiber_switch(main_fiber);
}

/* Each stack has catches of its own, whichever was made last. */
int test_fiber_faults(void) {
  struct hal_catch catch;
  main_fiber = hal_fiber_current();
  hal_fiber_make(&first, 16384, fault_in_fiber, NULL);
  hal_fiber_switch(&first);
  if (hal_catch_begin(&catch) == 0) {
    hal_fiber_switch(&first);
    hal_raise(HAL_FAULT_RAISED);
  }
  say("main: %", (uint64_t)catch.fault.reason);
  hal_fiber_drop(&first);
  return 0;
}

static uint64_t visits;

static void visit(void *argument) {
  (void)argument;
  for (;;) {
    visits++;
    hal_fiber_switch(main_fiber);
  }
}

int test_many_fibers(void) {
  static struct hal_fiber fibers[500];
  size_t free = hal_pages_free();
  main_fiber = hal_fiber_current();
  for (int i = 0; i < 500; i++) hal_fiber_make(&fibers[i], HAL_PAGE, visit, NULL);
  for (int i = 0; i < 1000; i++) hal_fiber_switch(&fibers[i * 7 % 500]);
  for (int i = 0; i < 500; i++) hal_fiber_drop(&fibers[i]);
  say("visits %, lost %", visits, free - hal_pages_free());
  return 0;
}
