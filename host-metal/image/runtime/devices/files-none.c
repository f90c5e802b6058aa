/* atoll:device/files of a process that was granted no directory. */
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

uint32_t device_files_preopens_none(void *device) {
  (void)device;
  trap_check_stack();
  return transfer_list(transfer_allocate(0, 4));
}

void device_files_never(void) { trap_refuse("it was asked of a directory, and none was granted"); }

void device_files_drop_never(void *device, uint32_t rep) {
  (void)device;
  (void)rep;
  device_files_never();
}
