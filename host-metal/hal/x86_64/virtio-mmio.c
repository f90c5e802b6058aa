/* See virtio-mmio.h. Registers are those of table 4.1; only version 2 is spoken. */
#include "virtio-mmio.h"

#include "io.h"

#define MAGIC 0x74726976 /* "virt" */
#define VERSION 2

enum {
  MAGIC_VALUE = 0x000,
  VERSION_NUMBER = 0x004,
  DEVICE_TYPE = 0x008,
  DEVICE_FEATURES = 0x010,
  DEVICE_FEATURES_HALF = 0x014,
  DRIVER_FEATURES = 0x020,
  DRIVER_FEATURES_HALF = 0x024,
  QUEUE_NUMBER = 0x030,
  QUEUE_MOST = 0x034,
  QUEUE_SIZE = 0x038,
  QUEUE_READY = 0x044,
  QUEUE_NOTIFY = 0x050,
  INTERRUPT_STATUS = 0x060,
  INTERRUPT_ACKNOWLEDGE = 0x064,
  STATUS = 0x070,
  QUEUE_DESCRIPTORS = 0x080,
  QUEUE_AVAILABLE = 0x090,
  QUEUE_USED = 0x0a0,
  GENERATION = 0x0fc,
  CONFIGURATION = 0x100,
};

static uint32_t get(struct virtio_device *device, uint32_t offset) {
  return read32(((struct mmio_device *)device)->registers + offset);
}

static void set(struct virtio_device *device, uint32_t offset, uint32_t value) {
  write32(((struct mmio_device *)device)->registers + offset, value);
}

static void set_address(struct virtio_device *device, uint32_t offset, const volatile void *value) {
  set(device, offset, (uint32_t)(uint64_t)value);
  set(device, offset + 4, (uint32_t)((uint64_t)value >> 32));
}

static uint8_t status(struct virtio_device *device) {
  return (uint8_t)get(device, STATUS);
}

static void set_status(struct virtio_device *device, uint8_t value) {
  set(device, STATUS, value);
}

static uint32_t features(struct virtio_device *device, uint32_t half) {
  set(device, DEVICE_FEATURES_HALF, half);
  return get(device, DEVICE_FEATURES);
}

static void accept(struct virtio_device *device, uint32_t half, uint32_t value) {
  set(device, DRIVER_FEATURES_HALF, half);
  set(device, DRIVER_FEATURES, value);
}

static uint32_t queue_most(struct virtio_device *device, uint16_t number) {
  set(device, QUEUE_NUMBER, number);
  return get(device, QUEUE_MOST);
}

static void queue_start(struct virtio_device *device, uint16_t number, const struct virtqueue *queue) {
  set(device, QUEUE_NUMBER, number);
  set(device, QUEUE_SIZE, queue->size);
  set_address(device, QUEUE_DESCRIPTORS, queue->descriptors);
  set_address(device, QUEUE_AVAILABLE, queue->available);
  set_address(device, QUEUE_USED, queue->used);
  set(device, QUEUE_READY, 1);
}

static void notify(struct virtio_device *device, uint16_t number) {
  set(device, QUEUE_NOTIFY, number);
}

static void acknowledge(struct virtio_device *device) {
  set(device, INTERRUPT_ACKNOWLEDGE, get(device, INTERRUPT_STATUS));
}

static uint32_t generation(struct virtio_device *device) {
  return get(device, GENERATION);
}

static uint8_t configuration(struct virtio_device *device, uint32_t offset) {
  return *(volatile uint8_t *)(((struct mmio_device *)device)->registers + CONFIGURATION + offset);
}

static const struct virtio_transport TRANSPORT = {
    status,     set_status,  features,    accept,     queue_most,
    queue_start, notify,     acknowledge, generation, configuration,
};

enum hal_status mmio_find(struct mmio_device *found, uint64_t address) {
  *found = (struct mmio_device){.device = {.transport = &TRANSPORT}, .registers = address};
  if (get(&found->device, MAGIC_VALUE) != MAGIC) return HAL_INVALID;
  found->device.type = get(&found->device, DEVICE_TYPE);
  if (found->device.type == 0) return HAL_INVALID; /* a place for a device, with none in it */
  return get(&found->device, VERSION_NUMBER) == VERSION ? HAL_OK : HAL_BROKEN;
}
