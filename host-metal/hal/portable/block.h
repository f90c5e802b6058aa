/* Block devices: Virtual I/O Device specification 1.2, section 5.2. hal.h has their calls. */
#ifndef ATOLL_HAL_BLOCK_H
#define ATOLL_HAL_BLOCK_H

#include "virtio.h"

/* Takes a device into service, as the next number. HAL_INVALID: there are BLOCK_MOST already. */
enum hal_status block_begin(struct virtio_device *device);
#define BLOCK_MOST 8

#endif
