/* See entropy.h. A request is one piece, which the device fills as far as it likes. */
#include "entropy.h"

#define QUEUE 0
#define PIECE 256u

static struct virtio_device *source;
static struct virtqueue queue;
static uint8_t *bounce;

enum hal_status entropy_begin(struct virtio_device *device) {
  if (source != NULL) return HAL_INVALID;
  uint64_t features;
  enum hal_status status = virtio_begin(device, 0, &features);
  if (status == HAL_OK) status = virtio_queue(device, QUEUE, &queue);
  if (status != HAL_OK) return status;
  bounce = hal_pages_take(1);
  if (bounce == NULL) {
    virtio_give_up(device);
    virtio_queue_end(&queue);
    return HAL_NO_MEMORY;
  }
  virtio_ready(device);
  source = device;
  return HAL_OK;
}

bool entropy_draw(void *bytes, size_t length) {
  uint8_t *next = bytes;
  if (source == NULL) return false;
  while (length > 0) {
    struct virtqueue_piece piece = {bounce, length < PIECE ? (uint32_t)length : PIECE, true};
    uint32_t written;
    if (virtio_request(source, QUEUE, &queue, &piece, 1, &written) != HAL_OK) return false;
    if (written == 0) { /* it must give one byte at least (section 5.4.6.2) */
      virtio_give_up(source);
      return false;
    }
    __builtin_memcpy(next, bounce, written);
    __builtin_memset(bounce, 0, written); /* nobody else is to read it */
    next += written, length -= written;
  }
  return true;
}
