/*
 * How the program starts, in its ring: on a stack of its own, a fiber like any other.
 * With it comes what it reads of the command line.
 */
#include "program-start.h"

#include "../hal.h"
#include "shared.h"

const char *hal_option(const char *name) {
  return command_line_value(&layer_shared.command_line, name, NULL);
}

const char *hal_next_option(const char *name, const char *value) {
  return command_line_value(&layer_shared.command_line, name, value);
}

static void run_program(void *argument) {
  (void)argument;
  hal_exit(hal_program());
}

_Noreturn void program_start(void) {
  static struct hal_fiber program;
  if (hal_fiber_make(&program, HAL_MAIN_STACK, run_program, NULL) != HAL_OK)
    hal_panic("no memory for the stack of the program");
  hal_fiber_switch(&program);
  hal_panic("the stack of the start runs again");
}
