/* Mistakes that nothing can go on from: `panic=name` chooses one. */
#include "program.h"

#include "x86_64/image.h"

static volatile uint64_t null_address = 8;

static void null_pointer(void) {
  volatile uint64_t address = null_address; /* on the stack, so that it has a frame: portable/frames.h */
  *(volatile uint64_t *)address = 1;
}
static void wild_pointer(void) {
  *(volatile uint64_t *)(null_address + (300ull << 30)) = 1;
}
static void write_text(void) {
  *(volatile uint8_t *)program_text = 1;
}
static void write_constant(void) {
  *(volatile uint8_t *)program_rodata = 1;
}
static void execute_data(void) {
  static uint8_t code[] = {0xc3};
  ((void (*)(void))(uint64_t)code)();
}
static void uncaught_fault(void) {
  __builtin_trap();
}
static void uncaught_raise(void) {
  hal_raise(HAL_FAULT_RAISED);
}
static void returns(void *argument) {
  (void)argument;
}
static void fiber_returns(void) {
  static struct hal_fiber fiber;
  hal_fiber_make(&fiber, HAL_PAGE, returns, NULL);
  hal_fiber_switch(&fiber);
}
static void switch_to_itself(void) {
  hal_fiber_switch(hal_fiber_current());
}
static void drop_itself(void) {
  hal_fiber_drop(hal_fiber_current());
}
static void drop_twice(void) {
  static struct hal_fiber fiber;
  hal_fiber_make(&fiber, HAL_PAGE, returns, NULL);
  hal_fiber_drop(&fiber);
  hal_fiber_drop(&fiber);
}
static void give_twice(void) {
  void *page = hal_pages_take(1);
  hal_pages_give(page, 1);
  hal_pages_give(page, 1);
}
static void release_twice(void) {
  struct hal_memory memory, copy;
  hal_memory_reserve(&memory);
  copy = memory;
  hal_memory_release(&memory);
  hal_memory_release(&copy);
}
static void end_outer_catch(void) {
  struct hal_catch outer, inner;
  if (hal_catch_begin(&outer) == 0 && hal_catch_begin(&inner) == 0) hal_catch_end(&outer);
}

static const struct {
  const char *name;
  void (*run)(void);
} PANICS[] = {
    {"null-pointer", null_pointer},
    {"wild-pointer", wild_pointer},
    {"write-text", write_text},
    {"write-constant", write_constant},
    {"execute-data", execute_data},
    {"uncaught-fault", uncaught_fault},
    {"uncaught-raise", uncaught_raise},
    {"fiber-returns", fiber_returns},
    {"switch-to-itself", switch_to_itself},
    {"drop-itself", drop_itself},
    {"drop-twice", drop_twice},
    {"give-twice", give_twice},
    {"release-twice", release_twice},
    {"end-outer-catch", end_outer_catch},
};

/* A function of its own, to be found in the list of calls. */
__attribute__((noinline)) static void run_panic(void (*run)(void)) {
  run();
}

int test_panics(void) {
  const char *wanted = hal_option("panic");
  for (size_t i = 0; wanted != NULL && i < sizeof PANICS / sizeof *PANICS; i++)
    if (same_text(PANICS[i].name, wanted)) run_panic(PANICS[i].run);
  return 98;
}
