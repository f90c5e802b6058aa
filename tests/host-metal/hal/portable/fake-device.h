/*
 * A virtio device that is a few functions of this process, and can be told to break the
 * rules; and the rest of a machine, as far as drivers ask for it.
 */
#ifndef ATOLL_TEST_FAKE_DEVICE_H
#define ATOLL_TEST_FAKE_DEVICE_H

#include "../../../../host-metal/hal/portable/virtio.h"

#define FAKE_QUEUES 2

enum fake_defect {
  NO_DEFECT,
  NEVER_ANSWERS,
  NEEDS_RESET,      /* asks for a reset instead of an answer */
  OTHER_CHAIN,      /* answers with a chain that there is not */
  NO_CHAIN,         /* … with a number beyond the queue */
  TOO_MANY_BYTES,   /* says that it wrote more than there was room for */
  TOO_MANY_ANSWERS, /* says that it used more chains than there are */
  NO_VERSION_1,
  REFUSES_FEATURES,
  NEVER_RESETS,
  HAS_NO_QUEUE,
};

struct fake_device {
  struct virtio_device device;
  enum fake_defect defect;
  uint64_t offered;
  uint64_t accepted;
  uint8_t status;
  uint32_t queue_most;
  const struct virtqueue *queues[FAKE_QUEUES];
  uint16_t seen[FAKE_QUEUES];
  bool gives[FAKE_QUEUES]; /* keeps the buffers of that queue for fake_give */
  uint8_t configuration[64];
  int configuration_changes; /* how often it still changes while it is read */
  /* Handles a chain; how many bytes it wrote. */
  uint32_t (*handle)(struct fake_device *, uint16_t queue, const struct virtqueue_piece *pieces, size_t count);
};

/* The device gives `length` bytes on a queue; false: there is no buffer, so they are lost. */
bool fake_give(struct fake_device *fake, uint16_t queue, const void *bytes, uint32_t length);

/* Fills in what every device has; `handle` may be NULL. */
void fake_begin(struct fake_device *fake, uint32_t type,
                uint32_t (*handle)(struct fake_device *, uint16_t, const struct virtqueue_piece *, size_t));

/* Pages that can be taken until hal_pages_take says NULL; those that were taken and not given back. */
extern size_t fake_pages_left, fake_pages_taken;

#endif
