/* Virtio over PCI: Virtual I/O Device specification 1.2, section 4.1. */
#ifndef ATOLL_HAL_VIRTIO_PCI_H
#define ATOLL_HAL_VIRTIO_PCI_H

#include "../portable/virtio.h"
#include "pci.h"

struct pci_device {
  struct virtio_device device; /* first: a transport's functions get its address */
  uint64_t common;             /* of struct virtio_pci_common_cfg */
  uint64_t notify;
  uint32_t notify_step;
  uint64_t configuration;
};

/*
 * Looks at a function of the bus, maps its registers, and has its interrupts come here.
 * HAL_INVALID: it is no virtio device. HAL_BROKEN: one that cannot be used, because what
 * version 1 has is not there. Transitional devices are used as version 1 has them.
 */
enum hal_status virtio_pci_find(struct pci_device *found, pci_function function);

#endif
