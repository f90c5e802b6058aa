/* See console.h. */
#include "console.h"

#include "receiver.h"

#define QUEUE_RECEIVE 0
#define QUEUE_SEND 1

static struct virtio_device *device;
static struct receiver receiver;
static uint32_t read; /* how much of what the receiver holds */
static struct virtqueue send_queue;
static uint8_t *bounce;

static enum hal_status begin_send(struct virtio_device *new_device) {
  enum hal_status status = virtio_queue(new_device, QUEUE_SEND, &send_queue);
  if (status != HAL_OK) return status;
  bounce = hal_pages_take(1);
  if (bounce != NULL) return HAL_OK;
  virtio_give_up(new_device);
  virtio_queue_end(&send_queue);
  return HAL_NO_MEMORY;
}

enum hal_status console_begin(struct virtio_device *new_device) {
  if (device != NULL) return HAL_INVALID;
  uint64_t features;
  enum hal_status status = virtio_begin(new_device, 0, &features);
  if (status == HAL_OK) status = receiver_begin(&receiver, new_device, QUEUE_RECEIVE);
  if (status != HAL_OK) return status;
  status = begin_send(new_device);
  if (status != HAL_OK) {
    receiver_end(&receiver);
    return status;
  }
  device = new_device;
  virtio_ready(device);
  receiver_open(&receiver);
  return HAL_OK;
}

size_t console_write(const void *bytes, size_t length) {
  size_t done = 0;
  while (device != NULL && done < length) {
    size_t part = length - done < HAL_PAGE ? length - done : HAL_PAGE;
    struct virtqueue_piece piece = {bounce, (uint32_t)part, false};
    uint32_t written;
    __builtin_memcpy(bounce, (const uint8_t *)bytes + done, part);
    if (virtio_request(device, QUEUE_SEND, &send_queue, &piece, 1, &written) != HAL_OK) break;
    done += part;
  }
  return done;
}

/* Copies from what the receiver holds, and gives it back when all of it was read. */
static size_t read_part(uint8_t *bytes, size_t length) {
  const uint8_t *come;
  uint32_t size;
  if (receiver_take(&receiver, &come, &size) != HAL_OK || size == 0) return 0;
  size_t part = length < size - read ? length : size - read;
  __builtin_memcpy(bytes, come + read, part);
  read += (uint32_t)part;
  if (read == size) {
    read = 0;
    receiver_give(&receiver);
  }
  return part;
}

size_t console_read(void *bytes, size_t length) {
  size_t done = 0, part;
  if (device == NULL) return 0;
  while (done < length && (part = read_part((uint8_t *)bytes + done, length - done)) > 0) done += part;
  return done;
}

bool console_waits(void) {
  return device != NULL && receiver_waits(&receiver);
}
