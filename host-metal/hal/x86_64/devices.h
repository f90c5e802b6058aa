/* Which devices the machine has. */
#ifndef ATOLL_HAL_DEVICES_H
#define ATOLL_HAL_DEVICES_H

#include "../portable/command-line.h"
#include "../portable/virtio.h"

/*
 * Finds them, on the PCI bus and by words of the command line, and takes those that this
 * layer has drivers for into service. What cannot be used is told on the console.
 */
void devices_begin(const struct command_line *line);

/* One that is in service, from 0 on; NULL: there are no more. Its driver has it: for tests of transports. */
struct virtio_device *devices_at(size_t number);

#endif
