/*
 * The end of the machine: QEMU's device isa-debug-exit where it is there, else off by
 * ACPI, else a reset by the keyboard controller (Firecracker ends on it), else a triple fault.
 */
#include "../hal.h"
#include "../portable/text.h"
#include "acpi.h"
#include "io.h"
#include "serial.h"

#define DEBUG_EXIT 0xf4
#define KEYBOARD_COMMAND 0x64
#define PULSE_RESET 0xfe

/* Exact, where somebody listens: the device below carries seven bits. */
static void tell(int status) {
  struct text line = {0};
  text_string(&line, "exit ");
  text_decimal(&line, status < 0 || status > 255 ? 255 : (uint64_t)status);
  text_string(&line, "\n");
  hal_control_write(line.bytes, line.length);
}

_Noreturn void hal_exit(int status) {
  tell(status);
  serial_drain(SERIAL_FIRST); /* what the port still has would be lost with the machine */
  out8(DEBUG_EXIT, status < 0 || status > 127 ? 127 : (uint8_t)status);
  acpi_power_off();
  out8(KEYBOARD_COMMAND, PULSE_RESET);
  /* An exception without a table of exceptions: AMD64 manual, volume 2, section 8.2.9. */
  struct __attribute__((packed)) {
    uint16_t limit;
    uint64_t base;
  } none = {0, 0};
  __asm__ volatile("lidt %0; ud2" : : "m"(none));
  for (;;) __asm__ volatile("cli; hlt");
}
