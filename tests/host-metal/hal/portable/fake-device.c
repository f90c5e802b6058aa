/* See fake-device.h. */
#include "fake-device.h"

#include "../../../../host-metal/hal/portable/machine.h"
#include "check.h"

size_t fake_pages_left = SIZE_MAX, fake_pages_taken;
static uint64_t now;

void *hal_pages_take(size_t count) {
  if (count > fake_pages_left) return NULL;
  if (fake_pages_left != SIZE_MAX) fake_pages_left -= count;
  fake_pages_taken += count;
  return memset(aligned_alloc(HAL_PAGE, count * HAL_PAGE), 0, count * HAL_PAGE);
}

void hal_pages_give(void *pages, size_t count) {
  fake_pages_taken -= count;
  if (fake_pages_left != SIZE_MAX) fake_pages_left += count;
  free(pages);
}

uint64_t hal_clock(void) {
  return now;
}

void machine_halt(uint64_t deadline) {
  now = deadline;
}

static struct fake_device *fake_of(struct virtio_device *device) {
  return (struct fake_device *)device;
}

static uint8_t status(struct virtio_device *device) {
  return fake_of(device)->status;
}

static void set_status(struct virtio_device *device, uint8_t value) {
  struct fake_device *fake = fake_of(device);
  if (value == 0) {
    memset(fake->queues, 0, sizeof fake->queues);
    memset(fake->seen, 0, sizeof fake->seen);
    if (fake->defect == NEVER_RESETS) value = VIRTIO_STATUS_NEEDS_RESET;
  }
  if (fake->defect == REFUSES_FEATURES) value &= (uint8_t)~VIRTIO_STATUS_FEATURES_OK;
  fake->status = value;
}

static uint32_t features(struct virtio_device *device, uint32_t half) {
  struct fake_device *fake = fake_of(device);
  uint64_t offered = fake->offered | (fake->defect == NO_VERSION_1 ? 0 : VIRTIO_FEATURE_VERSION_1);
  return (uint32_t)(offered >> 32 * half);
}

static void accept(struct virtio_device *device, uint32_t half, uint32_t value) {
  CHECK((value & ~features(device, half)) == 0);
  if (half == 0) fake_of(device)->accepted = value;
  else fake_of(device)->accepted |= (uint64_t)value << 32;
}

static uint32_t queue_most(struct virtio_device *device, uint16_t number) {
  struct fake_device *fake = fake_of(device);
  return fake->defect == HAS_NO_QUEUE || number >= FAKE_QUEUES ? 0 : fake->queue_most;
}

static void queue_start(struct virtio_device *device, uint16_t number, const struct virtqueue *queue) {
  CHECK((fake_of(device)->status & VIRTIO_STATUS_FEATURES_OK) != 0);
  fake_of(device)->queues[number] = queue;
}

/* Follows a chain as a device has to. */
static size_t pieces_of(const struct virtqueue *queue, uint16_t at, struct virtqueue_piece *pieces) {
  size_t count = 0;
  for (;; at = queue->descriptors[at].next) {
    CHECK(at < queue->size && count < VIRTQUEUE_MOST);
    bool writes = (queue->descriptors[at].flags & VIRTQUEUE_DESCRIPTOR_WRITE) != 0;
    CHECK(count == 0 || writes || !pieces[count - 1].device_writes); /* what it writes comes last */
    pieces[count++] = (struct virtqueue_piece){(void *)queue->descriptors[at].address, queue->descriptors[at].length, writes};
    if ((queue->descriptors[at].flags & VIRTQUEUE_DESCRIPTOR_NEXT) == 0) return count;
  }
}

static void answer(const struct virtqueue *queue, uint32_t head, uint32_t written, uint16_t more) {
  uint16_t index = queue->used->index;
  queue->used->ring[index % queue->size].head = head;
  queue->used->ring[index % queue->size].written = written;
  queue->used->index = (uint16_t)(index + more);
}

static void answer_defectively(struct fake_device *fake, const struct virtqueue *queue, uint16_t head, uint32_t written) {
  switch (fake->defect) {
    case NEEDS_RESET:
      fake->status |= VIRTIO_STATUS_NEEDS_RESET;
      break;
    case OTHER_CHAIN:
      answer(queue, (head + 1u) % queue->size, written, 1);
      break;
    case NO_CHAIN:
      answer(queue, 0x10000u | head, written, 1);
      break;
    case TOO_MANY_BYTES:
      answer(queue, head, UINT32_MAX, 1);
      break;
    case TOO_MANY_ANSWERS:
      answer(queue, head, written, 2);
      break;
    default:
      answer(queue, head, written, 1);
  }
}

static void notify(struct virtio_device *device, uint16_t number) {
  struct fake_device *fake = fake_of(device);
  const struct virtqueue *queue = fake->queues[number];
  CHECK((fake->status & VIRTIO_STATUS_DRIVER_OK) != 0);
  if (fake->gives[number]) return;
  for (; fake->seen[number] != queue->available->index; fake->seen[number]++) {
    struct virtqueue_piece pieces[VIRTQUEUE_MOST];
    uint16_t head = queue->available->ring[fake->seen[number] % queue->size];
    size_t count = pieces_of(queue, head, pieces);
    uint32_t written = fake->handle == NULL ? 0 : fake->handle(fake, number, pieces, count);
    if (fake->defect != NEVER_ANSWERS) answer_defectively(fake, queue, head, written);
  }
}

bool fake_give(struct fake_device *fake, uint16_t number, const void *bytes, uint32_t length) {
  const struct virtqueue *queue = fake->queues[number];
  if (fake->seen[number] == queue->available->index) return false;
  struct virtqueue_piece pieces[VIRTQUEUE_MOST];
  uint16_t head = queue->available->ring[fake->seen[number]++ % queue->size];
  CHECK(pieces_of(queue, head, pieces) == 1 && pieces[0].device_writes && pieces[0].length >= length);
  memcpy(pieces[0].start, bytes, length);
  answer_defectively(fake, queue, head, length);
  return true;
}

static void acknowledge(struct virtio_device *device) {
  (void)device;
}

static uint32_t generation(struct virtio_device *device) {
  struct fake_device *fake = fake_of(device);
  if (fake->configuration_changes > 0) fake->configuration[0] = (uint8_t)--fake->configuration_changes;
  return (uint32_t)fake->configuration_changes;
}

static uint8_t configuration(struct virtio_device *device, uint32_t offset) {
  CHECK(offset < sizeof fake_of(device)->configuration);
  return fake_of(device)->configuration[offset];
}

static const struct virtio_transport TRANSPORT = {
    status,      set_status, features,    accept,     queue_most,
    queue_start, notify,     acknowledge, generation, configuration,
};

void fake_begin(struct fake_device *fake, uint32_t type,
                uint32_t (*handle)(struct fake_device *, uint16_t, const struct virtqueue_piece *, size_t)) {
  *fake = (struct fake_device){
      .device = {.transport = &TRANSPORT, .type = type}, .queue_most = 256, .handle = handle};
}
