/* What needs no call of the BIOS: bytes of memory, and words on the serial port before the end. */
#ifndef ATOLL_LOADER_IO_H
#define ATOLL_LOADER_IO_H

#include <stdint.h>

void copy(void *to, const void *from, uint32_t bytes);
void zero(void *to, uint32_t bytes);

/* So that there is something to complain with. */
void serial_begin(void);

/* Says why there is no system, on the serial port and on the screen, and ends the machine or halts. */
_Noreturn void fail(const char *why);

#endif
