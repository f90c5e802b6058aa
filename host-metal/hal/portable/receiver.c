/* See receiver.h. */
#include "receiver.h"

#define BUFFERS (RECEIVER_PAGES * HAL_PAGE / RECEIVER_ROOM)

static void put(struct receiver *receiver, uint16_t buffer) {
  struct virtqueue_piece piece = {receiver->memory + buffer * RECEIVER_ROOM, RECEIVER_ROOM, true};
  uint16_t head;
  if (!virtqueue_put(&receiver->queue, &piece, 1, &head)) return; /* a shorter queue has fewer of them */
  receiver->buffer_of[head] = buffer;
}

static void notify(struct receiver *receiver) {
  if (virtqueue_wants_notice(&receiver->queue))
    receiver->device->transport->notify(receiver->device, receiver->number);
}

enum hal_status receiver_begin(struct receiver *receiver, struct virtio_device *device, uint16_t number) {
  *receiver = (struct receiver){.device = device, .number = number};
  enum hal_status status = virtio_queue(device, number, &receiver->queue);
  if (status != HAL_OK) return status;
  receiver->memory = hal_pages_take(RECEIVER_PAGES);
  if (receiver->memory != NULL) return HAL_OK;
  virtio_give_up(device);
  virtio_queue_end(&receiver->queue);
  return HAL_NO_MEMORY;
}

void receiver_end(struct receiver *receiver) {
  virtio_queue_end(&receiver->queue);
  hal_pages_give(receiver->memory, RECEIVER_PAGES);
}

void receiver_open(struct receiver *receiver) {
  for (uint16_t buffer = 0; buffer < BUFFERS; buffer++) put(receiver, buffer);
  notify(receiver);
}

bool receiver_waits(struct receiver *receiver) {
  if (receiver->device->broken) return false;
  receiver->device->transport->acknowledge(receiver->device);
  return receiver->holds || virtqueue_has_used(&receiver->queue);
}

static bool has_given_up(const struct receiver *receiver) {
  struct virtio_device *device = receiver->device;
  return receiver->queue.broken || (device->transport->status(device) & VIRTIO_STATUS_NEEDS_RESET) != 0;
}

void receiver_give(struct receiver *receiver) {
  receiver->holds = false;
  if (receiver->device->broken) return;
  put(receiver, receiver->held);
  notify(receiver);
}

/* Holds the next buffer that has something in it; empty ones go back, as often as there are buffers. */
static void hold_next(struct receiver *receiver) {
  uint16_t head;
  for (size_t i = 0; i < BUFFERS && !receiver->holds; i++) {
    if (!virtqueue_take(&receiver->queue, &head, &receiver->length)) return;
    receiver->held = receiver->buffer_of[head];
    receiver->holds = true;
    if (receiver->length == 0) receiver_give(receiver);
  }
}

enum hal_status receiver_take(struct receiver *receiver, const uint8_t **bytes, uint32_t *length) {
  *length = 0;
  if (receiver->device->broken) return HAL_BROKEN;
  hold_next(receiver);
  if (receiver->holds) {
    *bytes = receiver->memory + receiver->held * RECEIVER_ROOM;
    *length = receiver->length;
    return HAL_OK;
  }
  if (!has_given_up(receiver)) return HAL_OK;
  virtio_give_up(receiver->device);
  return HAL_BROKEN;
}
