/* Virtio over registers in memory: Virtual I/O Device specification 1.2, section 4.2. */
#ifndef ATOLL_HAL_VIRTIO_MMIO_H
#define ATOLL_HAL_VIRTIO_MMIO_H

#include "../portable/virtio.h"

struct mmio_device {
  struct virtio_device device; /* first: a transport's functions get its address */
  uint64_t registers;
};

/*
 * Looks at `address`, whose registers are mapped. HAL_INVALID: there is no device.
 * HAL_BROKEN: one that cannot be used, because it is of an older version.
 */
enum hal_status mmio_find(struct mmio_device *found, uint64_t address);

#endif
