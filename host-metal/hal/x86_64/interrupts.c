/* See interrupts.h. */
#include "interrupts.h"

#include "exceptions.h"
#include "io.h"
#include "paging.h"

#define LOCAL_APIC 0xfee00000ull
#define APIC_ID 0x20
#define APIC_PRIORITY 0x80
#define APIC_END 0xb0
#define APIC_SPURIOUS 0xf0
#define APIC_TIMER 0x320
#define APIC_LINE0 0x350
#define APIC_LINE1 0x360
#define APIC_TIMER_COUNT 0x380
#define APIC_TIMER_LEFT 0x390
#define APIC_TIMER_DIVIDE 0x3e0
#define APIC_ENABLED 0x100
#define APIC_MASKED 0x10000
#define DIVIDE_BY_16 3

#define MSR_APIC_BASE 0x1b
#define APIC_BASE_X2 (1ull << 10)
#define APIC_BASE_ENABLED (1ull << 11)

#define IO_APIC 0xfec00000ull
#define IO_APIC_DATA 0x10
#define IO_APIC_VERSION 0x01
#define IO_APIC_REDIRECTION 0x10
#define FIRST_SERIAL_LINE 4
#define SECOND_SERIAL_LINE 3

#define OLD_CONTROLLER_1_MASK 0x21
#define OLD_CONTROLLER_2_MASK 0xa1

static void local_write(uint32_t offset, uint32_t value) {
  write32(LOCAL_APIC + offset, value);
}

static void io_write(uint32_t index, uint32_t value) {
  write32(IO_APIC, index);
  write32(IO_APIC + IO_APIC_DATA, value);
}

/* x2APIC mode, in which firmware may have left it, is only left by switching it off (section 16.10). */
static void enable_local_apic(void) {
  uint64_t base = read_msr(MSR_APIC_BASE) & ~(APIC_BASE_X2 | APIC_BASE_ENABLED);
  if ((read_msr(MSR_APIC_BASE) & APIC_BASE_X2) != 0) write_msr(MSR_APIC_BASE, base);
  write_msr(MSR_APIC_BASE, base | APIC_BASE_ENABLED);
  local_write(APIC_PRIORITY, 0);
  local_write(APIC_LINE0, APIC_MASKED);
  local_write(APIC_LINE1, APIC_MASKED);
  local_write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
  local_write(APIC_TIMER, INTERRUPT_TIMER);
  local_write(APIC_SPURIOUS, APIC_ENABLED | INTERRUPT_SPURIOUS);
}

/* An edge on the line becomes the vector, here. */
static void route(uint32_t line, uint32_t vector) {
  io_write(IO_APIC_REDIRECTION + 2 * line + 1, read32(LOCAL_APIC + APIC_ID));
  io_write(IO_APIC_REDIRECTION + 2 * line, vector);
}

void interrupts_route_device(uint32_t line) {
  write32(IO_APIC, IO_APIC_VERSION);
  uint32_t last = read32(IO_APIC + IO_APIC_DATA) >> 16 & 0xff;
  if (line <= last) route(line, INTERRUPT_DEVICE);
}

struct interrupt_message interrupts_message(void) {
  uint32_t here = read32(LOCAL_APIC + APIC_ID) >> 24;
  return (struct interrupt_message){LOCAL_APIC | here << 12, INTERRUPT_DEVICE};
}

void interrupts_begin(void) {
  paging_map_device(LOCAL_APIC, 4096);
  paging_map_device(IO_APIC, 4096);
  out8(OLD_CONTROLLER_1_MASK, 0xff);
  out8(OLD_CONTROLLER_2_MASK, 0xff);
  enable_local_apic();
  route(FIRST_SERIAL_LINE, INTERRUPT_SERIAL);
  route(SECOND_SERIAL_LINE, INTERRUPT_SERIAL);
}

void interrupts_take(int vector) {
  if (vector != INTERRUPT_SPURIOUS) local_write(APIC_END, 0);
}

void timer_start(uint32_t count) {
  local_write(APIC_TIMER_COUNT, count);
}

uint32_t timer_left(void) {
  return read32(LOCAL_APIC + APIC_TIMER_LEFT);
}
