/* The serial port: the console of a machine that has no other, and of a panic. */
#ifndef ATOLL_HAL_SERIAL_H
#define ATOLL_HAL_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

void serial_begin(void);
bool serial_has_input(void);
void serial_write(const void *bytes, size_t length);
size_t serial_read(void *bytes, size_t length);

/* Waits until all that was written has left the port; not for ever. */
void serial_drain(void);

#endif
