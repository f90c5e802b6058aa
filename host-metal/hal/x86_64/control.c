/* See control.h. */
#include "control.h"

#include "../hal.h"
#include "serial.h"

static bool there;

/* UEFI writes to all serial ports, and what it wrote last may have no end: no line of ours goes on in it. */
void control_begin(void) {
  there = serial_is_there(SERIAL_SECOND);
  if (!there) return;
  serial_begin(SERIAL_SECOND);
  serial_write(SERIAL_SECOND, "\n", 1);
}

/* Nothing may be lost when the machine ends next. */
void hal_control_write(const void *bytes, size_t length) {
  if (!there) return;
  serial_write(SERIAL_SECOND, bytes, length);
  serial_drain(SERIAL_SECOND);
}

size_t hal_control_read(void *bytes, size_t length) {
  return there ? serial_read(SERIAL_SECOND, bytes, length) : 0;
}

bool control_waits(void) {
  return there && serial_has_input(SERIAL_SECOND);
}
