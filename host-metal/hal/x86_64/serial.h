/* The console, for the other parts of this layer. */
#ifndef ATOLL_HAL_SERIAL_H
#define ATOLL_HAL_SERIAL_H

#include <stdbool.h>

void serial_begin(void);
bool serial_has_input(void);

#endif
