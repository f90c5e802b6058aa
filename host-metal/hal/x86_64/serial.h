/* The serial ports: 16550 UARTs, two at most. Polled; their interrupts only end hal_idle. */
#ifndef ATOLL_HAL_SERIAL_H
#define ATOLL_HAL_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By the address of its first register. */
enum serial_port { SERIAL_FIRST = 0x3f8, SERIAL_SECOND = 0x2f8 };

/* Whether there is such a port. */
bool serial_is_there(enum serial_port port);

void serial_begin(enum serial_port port);
bool serial_has_input(enum serial_port port);
void serial_write(enum serial_port port, const void *bytes, size_t length);
size_t serial_read(enum serial_port port, void *bytes, size_t length);

/* Waits until all that was written has left the port; not for ever. */
void serial_drain(enum serial_port port);

#endif
