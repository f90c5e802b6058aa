/*
 * The control line: the second serial port, where whoever started the machine listens
 * and asks. docs/metal.md has the words; this layer itself says how the machine ends.
 */
#ifndef ATOLL_HAL_CONTROL_H
#define ATOLL_HAL_CONTROL_H

#include <stdbool.h>

void control_begin(void);

/* Whether something has arrived. If not, an interrupt comes when it does. */
bool control_waits(void);

#endif
