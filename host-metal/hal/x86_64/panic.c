/*
 * The last words: why, the registers, who called whom. A second panic while the first
 * is being told ends at once.
 */
#include "panic.h"

#include "../hal.h"
#include "../portable/symbols.h"
#include "../portable/text.h"
#include "image.h"
#include "ring.h"
#include "serial.h"

#define CALLS_MOST 32

#define GENERAL_PROTECTION 13
#define PAGE_FAULT 14
#define PAGE_FAULT_PRESENT 0x01

/* AMD64 manual, volume 2, table 8-1. */
static const char *const NAMES[] = {
    [0] = "divide error",        [1] = "debug",
    [2] = "non-maskable",        [3] = "breakpoint",
    [4] = "overflow",            [5] = "bound range",
    [6] = "invalid opcode",      [7] = "device not available",
    [8] = "double fault",        [10] = "invalid task state",
    [11] = "segment not present", [12] = "stack segment",
    [13] = "general protection", [14] = "page fault",
    [16] = "x87 floating point", [17] = "alignment check",
    [18] = "machine check",      [19] = "SIMD floating point",
};

static void print_line(struct text *line) {
  serial_write(SERIAL_FIRST, line->bytes, line->length);
  serial_write(SERIAL_FIRST, "\r\n", 2);
  line->length = 0;
}

static void begin(void) {
  static bool panicking;
  if (panicking) hal_exit(HAL_EXIT_PANIC);
  panicking = true;
  hal_control_write("panic\n", 6);
}

static void print_call(uint64_t address) {
  struct text line = {0};
  uint64_t offset;
  const volatile struct image_table *symbols = &image_symbols;
  const char *name = symbols_find((const void *)symbols->start, symbols->size, address, &offset);
  text_string(&line, "  at ");
  text_hex(&line, address, 16);
  if (name != NULL) {
    text_string(&line, " ");
    text_string(&line, name);
    text_string(&line, "+0x");
    text_hex(&line, offset, offset > 0xffff ? 8 : 4);
  }
  print_line(&line);
}

static _Noreturn void print_calls_and_exit(uint64_t frame) {
  uint64_t calls[CALLS_MOST];
  int count = ring_calls(frame, calls, CALLS_MOST);
  for (int i = 0; i < count; i++) print_call(calls[i]);
  hal_exit(HAL_EXIT_PANIC);
}

_Noreturn void hal_panic(const char *why) {
  begin();
  struct text line = {0};
  text_string(&line, "panic: ");
  text_string(&line, why);
  print_line(&line);
  print_calls_and_exit((uint64_t)__builtin_frame_address(0));
}

static void print_registers(const struct exception_frame *frame) {
  const struct {
    const char *name;
    uint64_t value;
  } registers[] = {
      {"rax", frame->rax}, {"rbx", frame->rbx}, {"rcx", frame->rcx}, {"rdx", frame->rdx},
      {"rsi", frame->rsi}, {"rdi", frame->rdi}, {"rbp", frame->rbp}, {"rsp", frame->rsp},
      {"r8 ", frame->r8},  {"r9 ", frame->r9},  {"r10", frame->r10}, {"r11", frame->r11},
      {"r12", frame->r12}, {"r13", frame->r13}, {"r14", frame->r14}, {"r15", frame->r15},
      {"rip", frame->rip}, {"flags", frame->rflags},
  };
  struct text line = {0};
  for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
    text_string(&line, "  ");
    text_string(&line, registers[i].name);
    text_string(&line, " ");
    text_hex(&line, registers[i].value, 16);
    if (i % 4 == 3) print_line(&line);
  }
  print_line(&line);
}

static _Noreturn void print_state_and_exit(const struct exception_frame *frame) {
  print_registers(frame);
  print_call(frame->rip);
  print_calls_and_exit(frame->rbp);
}

_Noreturn void panic_gate(const struct exception_frame *frame, const char *name, uint64_t address) {
  begin();
  struct text line = {0};
  text_string(&line, "panic: ");
  text_string(&line, name);
  text_string(&line, " was given address ");
  text_hex(&line, address, 16);
  text_string(&line, ", which the program may not use so");
  print_line(&line);
  print_state_and_exit(frame);
}

/* What ring 3 has to do with it. */
static const char *ring_of(const struct exception_frame *frame) {
  if ((frame->cs & 3) == 0) return "";
  if (frame->vector == GENERAL_PROTECTION) return ", in ring 3: the program may not do that";
  bool is_mapped = frame->vector == PAGE_FAULT && (frame->error & PAGE_FAULT_PRESENT) != 0;
  return is_mapped ? ", in ring 3: the program may not use that so" : ", in ring 3";
}

_Noreturn void panic_exception(const struct exception_frame *frame, uint64_t address) {
  begin();
  struct text line = {0};
  const char *name = frame->vector < sizeof NAMES / sizeof *NAMES ? NAMES[frame->vector] : NULL;
  text_string(&line, "panic: ");
  text_string(&line, name == NULL ? "unknown" : name);
  text_string(&line, " exception, vector ");
  text_decimal(&line, frame->vector);
  text_string(&line, ", error 0x");
  text_hex(&line, frame->error, 4);
  text_string(&line, ", address ");
  text_hex(&line, address, 16);
  text_string(&line, ring_of(frame));
  print_line(&line);
  print_state_and_exit(frame);
}
