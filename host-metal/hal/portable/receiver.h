/*
 * A queue on which a device gives what it was not asked for: frames, what is typed. It
 * always has buffers of the driver; one at a time is looked at, and given back.
 */
#ifndef ATOLL_HAL_RECEIVER_H
#define ATOLL_HAL_RECEIVER_H

#include "virtio.h"

#define RECEIVER_PAGES 8
#define RECEIVER_ROOM 2048u /* of each buffer */

struct receiver {
  struct virtio_device *device;
  uint16_t number;
  struct virtqueue queue;
  uint8_t *memory;
  uint16_t buffer_of[VIRTQUEUE_MOST]; /* by the number of its chain */
  uint16_t held;
  bool holds;
  uint32_t length; /* of what is in the buffer that is held */
};

/* Starts the queue and takes memory for its buffers, before virtio_ready. */
enum hal_status receiver_begin(struct receiver *receiver, struct virtio_device *device, uint16_t number);

/* Gives the memory back, of a device that was given up before it was ready. */
void receiver_end(struct receiver *receiver);

/* Gives the device all buffers, after virtio_ready. */
void receiver_open(struct receiver *receiver);

/* Whether something has come. If not, an interrupt comes when it does. */
bool receiver_waits(struct receiver *receiver);

/*
 * What has come first, which stays until receiver_give; `*length` 0: nothing. HAL_BROKEN:
 * the device broke the rules or wants a reset, and is off.
 */
enum hal_status receiver_take(struct receiver *receiver, const uint8_t **bytes, uint32_t *length);
void receiver_give(struct receiver *receiver);

#endif
