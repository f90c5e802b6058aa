/* atoll:device/clock: a monotonic clock and the time of day, in nanoseconds. */
#include "../platform.h"
#include "../trap.h"
#include "devices.h"

uint64_t device_clock_now(void *device) {
  (void)device;
  trap_check_stack();
  return platform_now();
}

uint64_t device_clock_wall_time(void *device) {
  (void)device;
  trap_check_stack();
  return platform_wall_time();
}
