/*
 * The console of the program: the first virtio console where there is one, else the
 * serial port, which is also read. What this layer itself has to say when nothing can go
 * on comes by the serial port in any case (panic.c).
 */
#include "../portable/console.h"

#include "serial.h"

void hal_console_write(const void *bytes, size_t length) {
  size_t done = console_write(bytes, length);
  serial_write(SERIAL_FIRST, (const uint8_t *)bytes + done, length - done);
}

void hal_message_write(const void *bytes, size_t length) {
  serial_write(SERIAL_FIRST, bytes, length);
}

size_t hal_console_read(void *bytes, size_t length) {
  size_t done = console_read(bytes, length);
  return done + serial_read(SERIAL_FIRST, (uint8_t *)bytes + done, length - done);
}
