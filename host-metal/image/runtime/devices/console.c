/* atoll:device/console: lines out, tagged with the process, and lines in. */
#include "../input.h"
#include "../kernel/supervision.h"
#include "../kernel/worker.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

void device_console_write_line(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  supervision_check();
  const struct device_console *it = device;
  console_text_write(&it->tag, transfer_bytes(offset, length), length);
}

uint32_t device_console_read_line(void *device) {
  trap_check_stack();
  supervision_check();
  const struct device_console *it = device;
  struct worker *worker = device_kernel_worker(it->process);
  struct span line;
  const bool found = worker == NULL ? input_line(&line) : input_line_for(worker, &line);
  return transfer_option(found ? &line : NULL);
}
