/*
 * What each gate does: checks what the program has given as any kernel does, and calls
 * the function of its name. A pointer to what the program cannot reach itself is a fault
 * of the caller, as if it had touched it.
 */
#include "gates.h"

#include "../../portable/machine.h"
#include "../exceptions.h"
#include "../panic.h"
#include "../paging.h"
#include "../ring.h"
#include "gate-entry.h"
#include "own-pages.h"
#include "reach.h"

#define SYSCALL_SIZE 2
#define WHY_MOST 128

_Noreturn void gate_unknown(void);

static const char *const NAMES[] = {
#define NAME(number, name) [number] = #name,
    GATES(NAME)
};

static _Noreturn void refuse(uint64_t address) {
  struct exception_frame *frame = &gate_caller;
  const char *name = NAMES[frame->rax];
  frame->rip -= SYSCALL_SIZE;
  int reason = exceptions_reason_at(address);
  if (reason != 0 && ring_fault(frame, reason, address)) gate_leave(frame);
  panic_gate(frame, name, address);
}

/* The program's memory, from here to the end of the call for this layer too. */
static void *reached(uint64_t start, uint64_t length, bool writes) {
  uint64_t bad;
  if (!reach_has(start, length, writes, &bad)) refuse(bad);
  reach_open();
  return (void *)start;
}

static const void *read_from(uint64_t start, uint64_t length) {
  return reached(start, length, false);
}

static void *write_to(uint64_t start, uint64_t length) {
  return reached(start, length, true);
}

typedef uint64_t gate(uint64_t a, uint64_t b, uint64_t c, uint64_t d);
#define DEFINE_GATE(name)                                                        \
  static uint64_t gate_##name(__attribute__((unused)) uint64_t a, __attribute__((unused)) uint64_t b, \
                              __attribute__((unused)) uint64_t c, __attribute__((unused)) uint64_t d)

DEFINE_GATE(hal_exit) {
  hal_exit((int)a);
}

DEFINE_GATE(hal_panic) {
  static char why[WHY_MOST];
  size_t length = 0;
  uint64_t bad;
  while (length < WHY_MOST - 1 && reach_has(a + length, 1, false, &bad)) {
    reach_open();
    why[length] = ((const char *)a)[length];
    if (why[length++] == 0) break;
  }
  hal_panic(why);
}

DEFINE_GATE(hal_console_write) {
  hal_console_write(read_from(a, b), b);
  return 0;
}

DEFINE_GATE(hal_message_write) {
  hal_message_write(read_from(a, b), b);
  return 0;
}

DEFINE_GATE(hal_console_read) {
  return hal_console_read(write_to(a, b), b);
}

DEFINE_GATE(hal_control_write) {
  hal_control_write(read_from(a, b), b);
  return 0;
}

DEFINE_GATE(hal_control_read) {
  return hal_control_read(write_to(a, b), b);
}

DEFINE_GATE(hal_idle) {
  hal_idle(a);
  return 0;
}

DEFINE_GATE(hal_lines_read) {
  return hal_lines_read(a, write_to(b, c), c);
}

DEFINE_GATE(hal_entropy) {
  return hal_entropy(write_to(a, b), b);
}

DEFINE_GATE(hal_block_count) {
  return hal_block_count();
}

DEFINE_GATE(hal_block_info) {
  return hal_block_info(a, write_to(b, sizeof(struct hal_block_info)));
}

DEFINE_GATE(hal_block_read) {
  return hal_block_read(a, b, write_to(c, d), d);
}

DEFINE_GATE(hal_block_write) {
  return hal_block_write(a, b, read_from(c, d), d);
}

DEFINE_GATE(hal_block_flush) {
  return hal_block_flush(a);
}

DEFINE_GATE(hal_network_count) {
  return hal_network_count();
}

DEFINE_GATE(hal_network_info) {
  return hal_network_info(a, write_to(b, sizeof(struct hal_network_info)));
}

DEFINE_GATE(hal_network_send) {
  return hal_network_send(a, read_from(b, c), c);
}

DEFINE_GATE(hal_network_receive) {
  size_t *length = write_to(c, sizeof *length);
  return hal_network_receive(a, write_to(b, HAL_FRAME_MOST), length);
}

DEFINE_GATE(hal_pages_take) {
  return (uint64_t)own_pages_take(a);
}

DEFINE_GATE(hal_pages_give) {
  own_pages_give(a, b);
  return 0;
}

DEFINE_GATE(hal_pages_free) {
  return hal_pages_free();
}

DEFINE_GATE(hal_memory_reserve) {
  return hal_memory_reserve(write_to(a, sizeof(struct hal_memory)));
}

DEFINE_GATE(hal_memory_grow) {
  return hal_memory_grow(write_to(a, sizeof(struct hal_memory)), b);
}

DEFINE_GATE(hal_memory_map) {
  return hal_memory_map(read_from(a, sizeof(struct hal_memory)), b, c);
}

DEFINE_GATE(hal_memory_release) {
  hal_memory_release(write_to(a, sizeof(struct hal_memory)));
  return 0;
}

DEFINE_GATE(machine_stack_take) {
  if (a == 0 || a > HAL_STACK_MOST || a % HAL_PAGE != 0) return HAL_INVALID;
  return machine_stack_take(a, write_to(b, sizeof(uint8_t *)));
}

DEFINE_GATE(machine_stack_give) {
  machine_stack_give((uint8_t *)a, b);
  return 0;
}

/* The frame may be forged: then the panic tells what is not so. */
DEFINE_GATE(fault_uncaught) {
  panic_exception(read_from(a, sizeof(struct exception_frame)), b);
}

gate *const gate_table[] = {
#define ENTRY(number, name) [number] = gate_##name,
    GATES(ENTRY)
};
_Static_assert(sizeof gate_table / sizeof *gate_table == GATES_COUNT, "gates.h");

_Noreturn void gate_unknown(void) {
  hal_panic("the program asked for a gate that there is not");
}
