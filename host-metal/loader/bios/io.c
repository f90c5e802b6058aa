/* See io.h. The serial port and the end are those of hal/x86_64/serial.c and power.c. */
#include "io.h"

#include "bios.h"

#define SERIAL 0x3f8
enum { DATA, INTERRUPTS, FIFO, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS };
#define LINE_CAN_SEND 0x20
#define LOOKS 1000000
#define DEBUG_EXIT 0xf4
#define EXIT_PANIC 101 /* HAL_EXIT_PANIC */
#define VIDEO 0x10
#define TELETYPE 0x0e00

void copy(void *to, const void *from, uint32_t bytes) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

void zero(void *to, uint32_t bytes) {
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
}

static void out8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

void serial_begin(void) {
  out8(SERIAL + INTERRUPTS, 0);
  out8(SERIAL + LINE_CONTROL, 0x80); /* the next two bytes are the divisor: 115,200 baud */
  out8(SERIAL + DATA, 1);
  out8(SERIAL + INTERRUPTS, 0);
  out8(SERIAL + LINE_CONTROL, 0x03); /* 8 bits, no parity */
  out8(SERIAL + FIFO, 0x07);
  out8(SERIAL + MODEM_CONTROL, 0x03);
}

static void print(char byte) {
  struct bios_registers registers = {.eax = TELETYPE | (uint8_t)byte};
  bios_call(VIDEO, &registers);
  /* A machine without a serial port must not hang here. */
  for (int i = 0; i < LOOKS && (in8(SERIAL + LINE_STATUS) & LINE_CAN_SEND) == 0; i++) __asm__ volatile("pause");
  out8(SERIAL + DATA, (uint8_t)byte);
}

static void print_text(const char *text) {
  while (*text != 0) print(*text++);
}

_Noreturn void fail(const char *why) {
  print_text("atoll: ");
  print_text(why);
  print_text("\r\n");
  out8(DEBUG_EXIT, EXIT_PANIC);
  for (;;) __asm__ volatile("cli; hlt");
}
