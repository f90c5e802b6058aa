/* The console device: Virtual I/O Device specification 1.2, section 5.3; its first port only. */
#ifndef ATOLL_HAL_CONSOLE_H
#define ATOLL_HAL_CONSOLE_H

#include "virtio.h"

/* Takes the device into service. HAL_INVALID: there is one already. */
enum hal_status console_begin(struct virtio_device *device);

/* Writes all of it. How much was written: less where there is no device, or it broke. */
size_t console_write(const void *bytes, size_t length);

/* Takes what has arrived, up to `length` bytes. */
size_t console_read(void *bytes, size_t length);

/* Whether something has arrived. If not, an interrupt comes when it does. */
bool console_waits(void);

#endif
