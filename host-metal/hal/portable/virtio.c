/* See virtio.h. */
#include "virtio.h"

#include "machine.h"

/* A reset is done when the status reads 0; no device that there is takes that many looks. */
#define RESET_LOOKS 100000
/* Looks again after this time, also without an interrupt: nanoseconds. */
#define LOOK_AGAIN 1000000ull

static uint8_t status_of(struct virtio_device *device) {
  return device->transport->status(device);
}

static void add_status(struct virtio_device *device, uint8_t bits) {
  device->transport->set_status(device, status_of(device) | bits);
}

static bool reset(struct virtio_device *device) {
  device->transport->set_status(device, 0);
  for (int i = 0; i < RESET_LOOKS; i++)
    if (status_of(device) == 0) return true;
  return false;
}

void virtio_give_up(struct virtio_device *device) {
  device->broken = true;
  reset(device);
}

static enum hal_status broken(struct virtio_device *device) {
  virtio_give_up(device);
  return HAL_BROKEN;
}

/* The order is that of section 3.1.1. */
enum hal_status virtio_begin(struct virtio_device *device, uint64_t wanted, uint64_t *features) {
  const struct virtio_transport *transport = device->transport;
  device->broken = false;
  if (!reset(device)) return broken(device);
  add_status(device, VIRTIO_STATUS_ACKNOWLEDGE);
  add_status(device, VIRTIO_STATUS_DRIVER);
  uint64_t offered = transport->features(device, 0) | (uint64_t)transport->features(device, 1) << 32;
  if ((offered & VIRTIO_FEATURE_VERSION_1) == 0) return broken(device);
  *features = offered & (wanted | VIRTIO_FEATURE_VERSION_1);
  transport->accept(device, 0, (uint32_t)*features);
  transport->accept(device, 1, (uint32_t)(*features >> 32));
  add_status(device, VIRTIO_STATUS_FEATURES_OK);
  return (status_of(device) & VIRTIO_STATUS_FEATURES_OK) != 0 ? HAL_OK : broken(device);
}

enum hal_status virtio_queue(struct virtio_device *device, uint16_t number, struct virtqueue *queue) {
  uint16_t size = virtqueue_size(device->transport->queue_most(device, number));
  if (size == 0) return broken(device);
  void *shared = hal_pages_take(VIRTQUEUE_BYTES / HAL_PAGE);
  if (shared == NULL) {
    virtio_give_up(device);
    return HAL_NO_MEMORY;
  }
  virtqueue_begin(queue, size, shared);
  device->transport->queue_start(device, number, queue);
  return HAL_OK;
}

void virtio_queue_end(struct virtqueue *queue) {
  hal_pages_give((void *)(uint64_t)queue->descriptors, VIRTQUEUE_BYTES / HAL_PAGE);
}

void virtio_ready(struct virtio_device *device) {
  add_status(device, VIRTIO_STATUS_DRIVER_OK);
}

/* Again where the device changed it meanwhile, but not for ever: section 2.5.1. */
void virtio_configuration(struct virtio_device *device, uint32_t offset, void *bytes, size_t length) {
  uint8_t *next = bytes;
  for (int attempt = 0; attempt < 16; attempt++) {
    uint32_t before = device->transport->generation(device);
    for (size_t i = 0; i < length; i++)
      next[i] = device->transport->configuration(device, offset + (uint32_t)i);
    if (device->transport->generation(device) == before) return;
  }
}

/* Waits until a chain was used. False: there will be none. */
static bool wait_for(struct virtio_device *device, struct virtqueue *queue, uint16_t *head, uint32_t *written) {
  uint64_t end = hal_clock() + VIRTIO_PATIENCE;
  for (;;) {
    device->transport->acknowledge(device);
    if (virtqueue_take(queue, head, written)) return true;
    if (queue->broken || (status_of(device) & VIRTIO_STATUS_NEEDS_RESET) != 0) return false;
    uint64_t now = hal_clock();
    if (now >= end) return false;
    machine_halt(now + LOOK_AGAIN);
  }
}

enum hal_status virtio_request(struct virtio_device *device, uint16_t number, struct virtqueue *queue,
                               const struct virtqueue_piece *pieces, size_t count, uint32_t *written) {
  uint16_t head, used;
  if (device->broken) return HAL_BROKEN;
  if (!virtqueue_put(queue, pieces, count, &head)) return broken(device);
  if (virtqueue_wants_notice(queue)) device->transport->notify(device, number);
  return wait_for(device, queue, &used, written) ? HAL_OK : broken(device);
}
