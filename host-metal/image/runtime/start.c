/*
 * The order in which a system is brought up, and how it ends, without a kernel.
 *
 * As host-linux/instantiate.ts has it: instances, slots, the first state of all
 * processes, their initialisers, the entry.
 */
#include "accounts.h"
#include "bindings.h"
#include "devices/devices.h"
#include "memory.h"
#include "message.h"
#include "platform.h"
#include "system.h"
#include "transfer.h"
#include "trap.h"

#define STACK_BYTES (8 * 1024 * 1024)
#define MOST_EXIT_CODE 255

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
  message_put("atoll: process ");
  message_put(system_plan.processes[process].name);
  message_put(" trapped: it ");
  trap_reason(&trap, message_put);
  message_put("\n");
  platform_exit(1);
}

static void instantiate(void *nothing) {
  (void)nothing;
  system_instantiate();
  bindings_fill();
}

static void fill(void *context) {
  const uint32_t process = *(const uint32_t *)context;
  system_plan.processes[process].fill();
  accounts_fill(process);
}

static void initialise(void *context) {
  const uint32_t process = *(const uint32_t *)context;
  const uint32_t before = accounts_pay(process);
  system_plan.processes[process].initialise();
  accounts_pay_back(before);
}

static uint32_t result;

static void enter(void *nothing) {
  (void)nothing;
  accounts_pay(system_plan.entry_process);
  result = system_plan.entry();
}

/* What the entry returned: exit code, then offset and length of a message; see `Entry` in the plan. */
static void end(void) {
  const uint32_t code = transfer_get_u32(result);
  const uint32_t length = transfer_get_u32(result + 8);
  if (length > 0) {
    message_put(system_plan.name);
    message_put(": ");
    platform_message((const char *)transfer_bytes(transfer_get_u32(result + 4), length), length);
    message_put("\n");
  }
  /* Above 255 the operating system would keep the low bits: 256 would be success. */
  platform_exit(code < MOST_EXIT_CODE ? (int)code : MOST_EXIT_CODE);
}

static void run_system(void *nothing) {
  run_whole(instantiate, nothing, 0);
  for (uint32_t i = 0; i < system_plan.process_count; i++) run_whole(fill, &i, i);
  for (uint32_t i = 0; i < system_plan.process_count; i++) run_whole(initialise, &i, i);
  run_whole(enter, nothing, system_plan.entry_process);
  end();
}

void platform_main(int count, char *const *arguments) {
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
