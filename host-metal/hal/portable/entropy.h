/* The entropy device: Virtual I/O Device specification 1.2, section 5.4. */
#ifndef ATOLL_HAL_ENTROPY_H
#define ATOLL_HAL_ENTROPY_H

#include "virtio.h"

/* Takes the device into service. HAL_INVALID: there is one already. */
enum hal_status entropy_begin(struct virtio_device *device);

/* Fills `bytes` by the device. False: there is none, or it failed. */
bool entropy_draw(void *bytes, size_t length);

#endif
