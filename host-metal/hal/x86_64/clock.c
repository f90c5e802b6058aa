/*
 * The clock is the time stamp counter (AMD64 manual, volume 2, section 13.2.4). How
 * fast it and the APIC's timer count, no register says on every machine, so both are
 * measured against the interval timer (Intel 8254 data sheet), which counts 1,193,182
 * times a second on all of them.
 */
#include "clock.h"

#include "../hal.h"
#include "../portable/console.h"
#include "../portable/machine.h"
#include "../portable/network.h"
#include "control.h"
#include "interrupts.h"
#include "io.h"
#include "serial.h"
#include "shared.h"

#define SECOND 1000000000ull
#define PIT_RATE 1193182ull
#define PIT_COUNTER 0x40
#define PIT_COMMAND 0x43
#define PIT_COUNT_DOWN 0x30  /* counter 0, both bytes, mode 0: once, from what is written */
#define PIT_LATCH 0xc2       /* of counter 0: its status, and its count */
#define PIT_RAN_OUT 0x80
#define PIT_FROM 0xffff
#define MEASURED_TICKS (PIT_RATE / 500) /* 2 ms */
#define LONGEST_IDLE (10 * SECOND)

static uint64_t timer_per_nanosecond; /* counts of the APIC's timer, times 2^32 */

struct sample {
  uint64_t tsc;
  uint64_t width; /* how long it took to look: the TSC is right to half of that */
  uint32_t timer;
  uint32_t pit;
  bool ran_out;
};

static struct sample look_once(void) {
  struct sample sample;
  uint64_t before = read_tsc();
  out8(PIT_COMMAND, PIT_LATCH);
  sample.width = read_tsc() - before;
  sample.timer = timer_left();
  sample.tsc = before + sample.width / 2;
  sample.ran_out = (in8(PIT_COUNTER) & PIT_RAN_OUT) != 0;
  sample.pit = in8(PIT_COUNTER);
  sample.pit |= (uint32_t)in8(PIT_COUNTER) << 8;
  return sample;
}

/* The quickest look of several: the host may have been busy with something else. */
static struct sample look(void) {
  struct sample best = look_once();
  for (int i = 0; i < 4; i++) {
    struct sample sample = look_once();
    if (sample.width < best.width || sample.ran_out) best = sample;
  }
  return best;
}

/* False when the host was away for so long that the interval timer ran out. */
static bool measure(void) {
  timer_start(UINT32_MAX);
  out8(PIT_COMMAND, PIT_COUNT_DOWN);
  out8(PIT_COUNTER, PIT_FROM & 0xff);
  out8(PIT_COUNTER, PIT_FROM >> 8);
  /* The new count is loaded at the next tick; until then the old one can be read. */
  struct sample first = look();
  for (int i = 0; i < 100 && first.pit > PIT_FROM - 2; i++) first = look();
  struct sample last = look();
  for (int i = 0; i < 1000000 && !last.ran_out && first.pit - last.pit < MEASURED_TICKS; i++) last = look();
  timer_start(0);
  uint64_t ticks = first.pit - last.pit;
  if (first.ran_out || last.ran_out || ticks < MEASURED_TICKS || ticks > PIT_FROM) return false;
  uint64_t tsc_rate = (last.tsc - first.tsc) * PIT_RATE / ticks;
  uint64_t timer_rate = (uint64_t)(first.timer - last.timer) * PIT_RATE / ticks;
  if (tsc_rate < 1000000 || timer_rate < 1000) return false;
  layer_shared.nanoseconds_per_tick = (SECOND << 32) / tsc_rate;
  timer_per_nanosecond = (timer_rate << 32) / SECOND;
  return true;
}

void clock_begin(void) {
  for (int attempt = 0; attempt < 10; attempt++) {
    if (!measure()) continue;
    layer_shared.clock_started = read_tsc();
    return;
  }
  hal_panic("the interval timer does not count: the machine needs one (QEMU: pit=on)");
}

/*
 * Interrupts are off everywhere but in `hlt`: one that came before waits, and ends it
 * at once. `sti` takes effect after the instruction that follows it, so none falls
 * between the two.
 */
void machine_halt(uint64_t deadline) {
  uint64_t now = hal_clock();
  if (deadline <= now) return;
  uint64_t wait = deadline - now < LONGEST_IDLE ? deadline - now : LONGEST_IDLE;
  if (deadline != HAL_FOREVER) timer_start((uint32_t)clock_scaled(wait, timer_per_nanosecond) + 1);
  __asm__ volatile("sti; hlt; cli" : : : "memory");
  timer_start(0);
}

void hal_idle(uint64_t deadline) {
  if (serial_has_input(SERIAL_FIRST) || control_waits() || console_waits() || network_waits()) return;
  machine_halt(deadline);
}
