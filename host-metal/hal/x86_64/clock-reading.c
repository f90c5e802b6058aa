/*
 * Reading the clock: a part of its own, because it is the program's too, which reads the
 * time stamp counter itself in either ring (AMD64 manual, volume 2, section 13.2.4).
 */
#include "../hal.h"
#include "clock.h"
#include "io.h"
#include "shared.h"

uint64_t clock_scaled(uint64_t number, uint64_t factor) {
  return (uint64_t)((unsigned __int128)number * factor >> 32);
}

uint64_t hal_clock(void) {
  return clock_scaled(read_tsc() - layer_shared.clock_started, layer_shared.nanoseconds_per_tick);
}
