/* atoll:device/clock: a monotonic clock and the time of day, in nanoseconds. */
#include "../system-time.h"
#include "../trap.h"
#include "devices.h"

uint64_t device_clock_now(void *device) {
  (void)device;
  trap_check_stack();
  return time_now();
}

uint64_t device_clock_wall_time(void *device) {
  (void)device;
  trap_check_stack();
  return time_wall();
}
