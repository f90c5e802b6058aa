/* Network devices: Virtual I/O Device specification 1.2, section 5.1. hal.h has their calls. */
#ifndef ATOLL_HAL_NETWORK_H
#define ATOLL_HAL_NETWORK_H

#include "virtio.h"

/* Takes a device into service, as the next number. HAL_INVALID: there are NETWORK_MOST already. */
enum hal_status network_begin(struct virtio_device *device);
#define NETWORK_MOST 4

/* Whether a frame has come on any of them. If not, an interrupt comes when one does. */
bool network_waits(void);

#endif
