/*
 * A 16550 UART (National Semiconductor PC16550D data sheet, section 8: registers).
 * Firmware may have left it in any state.
 */
#include "serial.h"

#include "io.h"

enum { DATA, INTERRUPTS, FIFO, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS, MODEM_STATUS, SCRATCH };
#define LINE_DATA_READY 0x01
#define LINE_CAN_SEND 0x20
#define LINE_EMPTY 0x40
#define FIFO_SIZE 16
#define POST_CODE 0x80 /* of firmware that starts; nobody reads it */
#define DRAIN_LOOKS 10000000

/*
 * What is written into the scratch register stays there. Where no port is, a virtual machine
 * may read what was written last, to whatever port: so that is something else.
 */
bool serial_is_there(enum serial_port port) {
  static const uint8_t SIGNS[] = {0x5a, 0xa5};
  for (size_t i = 0; i < sizeof SIGNS; i++) {
    out8(port + SCRATCH, SIGNS[i]);
    out8(POST_CODE, (uint8_t)~SIGNS[i]);
    if (in8(port + SCRATCH) != SIGNS[i]) return false;
  }
  return true;
}

void serial_begin(enum serial_port port) {
  out8(port + INTERRUPTS, 0);
  out8(port + LINE_CONTROL, 0x80); /* the next two bytes are the divisor: 115,200 baud */
  out8(port + DATA, 1);
  out8(port + INTERRUPTS, 0);
  out8(port + LINE_CONTROL, 0x03);  /* 8 bits, no parity */
  out8(port + FIFO, 0x07);          /* on, emptied, interrupt at the first byte */
  out8(port + MODEM_CONTROL, 0x0b); /* ready, and interrupts get through */
  out8(port + INTERRUPTS, 0x01);    /* when a byte has arrived: it ends hal_idle */
}

bool serial_has_input(enum serial_port port) {
  return (in8(port + LINE_STATUS) & LINE_DATA_READY) != 0;
}

void serial_write(enum serial_port port, const void *bytes, size_t length) {
  const uint8_t *next = bytes;
  while (length > 0) {
    while ((in8(port + LINE_STATUS) & LINE_CAN_SEND) == 0) __asm__ volatile("pause");
    size_t part = length < FIFO_SIZE ? length : FIFO_SIZE;
    for (size_t i = 0; i < part; i++) out8(port + DATA, next[i]);
    next += part;
    length -= part;
  }
}

size_t serial_read(enum serial_port port, void *bytes, size_t length) {
  uint8_t *next = bytes;
  size_t count = 0;
  while (count < length && serial_has_input(port)) next[count++] = in8(port + DATA);
  return count;
}

void serial_drain(enum serial_port port) {
  for (int i = 0; i < DRAIN_LOOKS && (in8(port + LINE_STATUS) & LINE_EMPTY) == 0; i++) __asm__ volatile("pause");
}
