/*
 * See network.h. Before each frame stands a header, which says nothing where none of the
 * device's help with checksums and large frames was agreed on.
 */
#include "network.h"

#include "receiver.h"

#define FEATURE_ADDRESS (1ull << 5)
#define QUEUE_RECEIVE 0
#define QUEUE_SEND 1
#define CONFIGURATION_ADDRESS 0
#define HEADER 12u /* struct virtio_net_hdr of version 1 */

_Static_assert(HEADER + HAL_FRAME_MOST <= RECEIVER_ROOM, "a frame fits into a buffer");

struct network {
  struct virtio_device *device;
  struct receiver receiver;
  struct virtqueue send_queue;
  uint8_t *bounce;
  struct hal_network_info info;
};

static struct network networks[NETWORK_MOST];
static size_t count;

static enum hal_status begin_send(struct network *network, struct virtio_device *device) {
  enum hal_status status = virtio_queue(device, QUEUE_SEND, &network->send_queue);
  if (status != HAL_OK) return status;
  network->bounce = hal_pages_take(1);
  if (network->bounce != NULL) return HAL_OK;
  virtio_give_up(device);
  virtio_queue_end(&network->send_queue);
  return HAL_NO_MEMORY;
}

enum hal_status network_begin(struct virtio_device *device) {
  if (count == NETWORK_MOST) return HAL_INVALID;
  struct network *network = &networks[count];
  uint64_t features;
  enum hal_status status = virtio_begin(device, FEATURE_ADDRESS, &features);
  if (status == HAL_OK) status = receiver_begin(&network->receiver, device, QUEUE_RECEIVE);
  if (status != HAL_OK) return status;
  status = begin_send(network, device);
  if (status != HAL_OK) {
    receiver_end(&network->receiver);
    return status;
  }
  network->device = device;
  virtio_ready(device);
  receiver_open(&network->receiver);
  network->info.has_address = (features & FEATURE_ADDRESS) != 0;
  if (network->info.has_address)
    virtio_configuration(device, CONFIGURATION_ADDRESS, network->info.address, sizeof network->info.address);
  count++;
  return HAL_OK;
}

bool network_waits(void) {
  for (size_t i = 0; i < count; i++)
    if (receiver_waits(&networks[i].receiver)) return true;
  return false;
}

size_t hal_network_count(void) {
  return count;
}

enum hal_status hal_network_info(size_t number, struct hal_network_info *info) {
  if (number >= count) return HAL_INVALID;
  *info = networks[number].info;
  return HAL_OK;
}

enum hal_status hal_network_send(size_t number, const void *frame, size_t length) {
  if (number >= count || length < HAL_FRAME_LEAST || length > HAL_FRAME_MOST) return HAL_INVALID;
  struct network *network = &networks[number];
  __builtin_memset(network->bounce, 0, HEADER);
  __builtin_memcpy(network->bounce + HEADER, frame, length);
  struct virtqueue_piece piece = {network->bounce, (uint32_t)(HEADER + length), false};
  uint32_t written;
  return virtio_request(network->device, QUEUE_SEND, &network->send_queue, &piece, 1, &written);
}

/* What is no frame is dropped, as a wire would; not for ever, if the device gives nothing else. */
enum hal_status hal_network_receive(size_t number, void *frame, size_t *length) {
  *length = 0;
  if (number >= count) return HAL_INVALID;
  struct receiver *receiver = &networks[number].receiver;
  const uint8_t *bytes;
  uint32_t come;
  for (int i = 0; i < VIRTQUEUE_MOST; i++) {
    enum hal_status status = receiver_take(receiver, &bytes, &come);
    if (status != HAL_OK || come == 0) return status;
    bool is_frame = come >= HEADER + HAL_FRAME_LEAST && come <= HEADER + HAL_FRAME_MOST;
    if (is_frame) {
      *length = come - HEADER;
      __builtin_memcpy(frame, bytes + HEADER, *length);
    }
    receiver_give(receiver);
    if (is_frame) return HAL_OK;
  }
  return HAL_OK;
}
