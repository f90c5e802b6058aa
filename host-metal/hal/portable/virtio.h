/*
 * A virtio device, whichever way it is reached: Virtual I/O Device specification 1.2,
 * sections 2.1 to 2.4 and 3.1. A transport says how its registers are read and written.
 *
 * A device that breaks the rules or does not answer is reset, so that it writes nothing
 * any more, and stays off.
 */
#ifndef ATOLL_HAL_VIRTIO_H
#define ATOLL_HAL_VIRTIO_H

#include "../hal.h"
#include "virtqueue.h"

enum { VIRTIO_NETWORK = 1, VIRTIO_BLOCK = 2, VIRTIO_CONSOLE = 3, VIRTIO_ENTROPY = 4 };

#define VIRTIO_STATUS_ACKNOWLEDGE 1
#define VIRTIO_STATUS_DRIVER 2
#define VIRTIO_STATUS_DRIVER_OK 4
#define VIRTIO_STATUS_FEATURES_OK 8
#define VIRTIO_STATUS_NEEDS_RESET 64
#define VIRTIO_STATUS_FAILED 128

/* Bit 32 of the features: a device as the specification has it since 1.0. */
#define VIRTIO_FEATURE_VERSION_1 (1ull << 32)

struct virtio_device;

struct virtio_transport {
  uint8_t (*status)(struct virtio_device *);
  void (*set_status)(struct virtio_device *, uint8_t);
  uint32_t (*features)(struct virtio_device *, uint32_t half);
  void (*accept)(struct virtio_device *, uint32_t half, uint32_t features);
  uint32_t (*queue_most)(struct virtio_device *, uint16_t number); /* 0: there is no such queue */
  void (*queue_start)(struct virtio_device *, uint16_t number, const struct virtqueue *);
  void (*notify)(struct virtio_device *, uint16_t number);
  /* After it, an interrupt comes for what the device does from now on. */
  void (*acknowledge)(struct virtio_device *);
  uint32_t (*generation)(struct virtio_device *); /* changes with the configuration */
  uint8_t (*configuration)(struct virtio_device *, uint32_t offset);
};

/* A transport's own structure begins with it. */
struct virtio_device {
  const struct virtio_transport *transport;
  uint32_t type;
  bool broken;
};

/*
 * Resets the device and agrees with it on those of `wanted` that it offers: what was
 * agreed on in `*features`. HAL_BROKEN: it does not answer, or is none of version 1.
 */
enum hal_status virtio_begin(struct virtio_device *device, uint64_t wanted, uint64_t *features);

/* Starts a queue, with a page for it. Before virtio_ready. */
enum hal_status virtio_queue(struct virtio_device *device, uint16_t number, struct virtqueue *queue);

/* Gives the page of a queue back, of a device that was given up before it was ready. */
void virtio_queue_end(struct virtqueue *queue);

/* All queues are started: the device may be used. */
void virtio_ready(struct virtio_device *device);

/* `length` bytes of the device's configuration, all of one moment. */
void virtio_configuration(struct virtio_device *device, uint32_t offset, void *bytes, size_t length);

/*
 * Has the device handle one chain, on a queue with nothing else in it, and waits for it.
 * How many bytes it wrote in `*written`. HAL_BROKEN: it broke the rules, asks for a
 * reset, or did not answer within VIRTIO_PATIENCE.
 */
enum hal_status virtio_request(struct virtio_device *device, uint16_t number, struct virtqueue *queue,
                               const struct virtqueue_piece *pieces, size_t count, uint32_t *written);
#define VIRTIO_PATIENCE 30000000000ull

/* Resets the device, for good. */
void virtio_give_up(struct virtio_device *device);

#endif
