/*
 * The order in which a system is brought up.
 *
 * As host-linux/instantiate.ts has it: instances, slots, the first state of all
 * processes, their initialisers, the entry. Under the kernel that says who starts.
 */
#include "accounts.h"
#include "bindings.h"
#include "devices/devices.h"
#include "kernel/supervision.h"
#include "life.h"
#include "lines.h"
#include "memory.h"
#include "message.h"
#include "platform.h"
#include "processor.h"
#include "system.h"
#include "trap.h"

#define STACK_BYTES (8 * 1024 * 1024)

/* Runs something outside all guards. A trap in it is the end. */
static void run_whole(void (*run)(void *context), void *context, uint32_t process) {
  struct trap_frame frame;
  trap_push(&frame);
  if (frame_enter(&frame.registers) == 0) {
    run(context);
    trap_pop(&frame);
    return;
  }
  const struct trap trap = trap_newest;
  trap_pop(&frame);
  message_put("atoll: ");
  lines_tell(process, &trap);
  platform_exit(1);
}

static void instantiate(void *nothing) {
  (void)nothing;
  system_instantiate();
  bindings_fill();
}

static void fill(void *context) { life_fill(*(const uint32_t *)context); }

static void initialise(void *context) { life_initialise(*(const uint32_t *)context); }

static void enter(void *nothing) {
  (void)nothing;
  accounts_pay(system_plan.entry_process);
  life_take_result(system_plan.entry());
}

static void run_system(void *nothing) {
  run_whole(instantiate, nothing, 0);
  if (system_plan.kernel != NULL) {
    for (uint32_t i = 0; i < system_plan.process_count; i++) bindings_close(i);
    supervision_run();
  }
  for (uint32_t i = 0; i < system_plan.process_count; i++) run_whole(fill, &i, i);
  for (uint32_t i = 0; i < system_plan.process_count; i++) run_whole(initialise, &i, i);
  run_whole(enter, nothing, system_plan.entry_process);
  life_exit();
}

void platform_main(int count, char *const *arguments) {
  processor_ask();
  if (count > 0 && arguments[0][0] == '-' && arguments[0][1] == '-' && arguments[0][2] == '\0') {
    count--;
    arguments++;
  }
  device_configuration_user(count, arguments);
  if (!system_plan.entry_is_configured) device_configuration_unread(system_plan.name);
  uint8_t *stack = memory_stack(STACK_BYTES);
  trap_set_stack(stack, stack + STACK_BYTES);
  frame_call_on(stack + STACK_BYTES, run_system, NULL);
}
