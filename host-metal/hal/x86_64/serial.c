/*
 * The first serial port, a 16550 UART (National Semiconductor PC16550D
 * data sheet, section 8: registers). Firmware may have left it in any state.
 */
#include "serial.h"

#include "io.h"

#define PORT 0x3f8
enum { DATA, INTERRUPTS, FIFO, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS };
#define LINE_DATA_READY 0x01
#define LINE_CAN_SEND 0x20
#define LINE_EMPTY 0x40
#define FIFO_SIZE 16
#define DRAIN_LOOKS 10000000

void serial_begin(void) {
  out8(PORT + INTERRUPTS, 0);
  out8(PORT + LINE_CONTROL, 0x80); /* the next two bytes are the divisor: 115,200 baud */
  out8(PORT + DATA, 1);
  out8(PORT + INTERRUPTS, 0);
  out8(PORT + LINE_CONTROL, 0x03);  /* 8 bits, no parity */
  out8(PORT + FIFO, 0x07);          /* on, emptied, interrupt at the first byte */
  out8(PORT + MODEM_CONTROL, 0x0b); /* ready, and interrupts get through */
  out8(PORT + INTERRUPTS, 0x01);    /* when a byte has arrived: it ends hal_idle */
}

bool serial_has_input(void) {
  return (in8(PORT + LINE_STATUS) & LINE_DATA_READY) != 0;
}

void serial_write(const void *bytes, size_t length) {
  const uint8_t *next = bytes;
  while (length > 0) {
    while ((in8(PORT + LINE_STATUS) & LINE_CAN_SEND) == 0) __asm__ volatile("pause");
    size_t part = length < FIFO_SIZE ? length : FIFO_SIZE;
    for (size_t i = 0; i < part; i++) out8(PORT + DATA, next[i]);
    next += part;
    length -= part;
  }
}

size_t serial_read(void *bytes, size_t length) {
  uint8_t *next = bytes;
  size_t count = 0;
  while (count < length && serial_has_input()) next[count++] = in8(PORT + DATA);
  return count;
}

void serial_drain(void) {
  for (int i = 0; i < DRAIN_LOOKS && (in8(PORT + LINE_STATUS) & LINE_EMPTY) == 0; i++) __asm__ volatile("pause");
}
