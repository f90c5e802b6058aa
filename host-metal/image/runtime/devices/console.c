/* atoll:device/console: lines out, tagged with the process, and lines in. */
#include "../input.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

void device_console_write_line(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  console_text_write(device, transfer_bytes(offset, length), length);
}

uint32_t device_console_read_line(void *device) {
  (void)device;
  trap_check_stack();
  struct span line;
  return transfer_option(input_line(&line) ? &line : NULL);
}
