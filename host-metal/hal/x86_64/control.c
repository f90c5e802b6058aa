/* See control.h. */
#include "control.h"

#include "../hal.h"
#include "serial.h"

static bool there;

void control_begin(void) {
  there = serial_is_there(SERIAL_SECOND);
  if (there) serial_begin(SERIAL_SECOND);
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
