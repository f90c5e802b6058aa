/* See virtio-pci.h. Interrupts are by message (MSI-X, PCI 3.0 section 6.8.2): lines would need ACPI's tables. */
#include "virtio-pci.h"

#include "interrupts.h"
#include "io.h"
#include "paging.h"

#define VENDOR 0x1af4
#define DEVICE_FIRST 0x1000
#define DEVICE_MODERN 0x1040
#define DEVICE_LAST 0x107f
#define SUBSYSTEM 0x2c

#define CAPABILITY_VENDOR 0x09
#define CAPABILITY_MSIX 0x11
/* Of a capability of virtio (section 4.1.4), by offset: its type is byte 3. */
enum { CAPABILITY_BAR = 4, CAPABILITY_OFFSET = 8, CAPABILITY_LENGTH = 12, CAPABILITY_NOTIFY_STEP = 16 };
enum { TYPE_COMMON = 1, TYPE_NOTIFY = 2, TYPE_DEVICE = 4 };

#define MSIX_ENABLED (1u << 31)
#define MSIX_ALL_MASKED (1u << 30)
#define MSIX_TABLE 4
#define NO_VECTOR 0xffff

/* struct virtio_pci_common_cfg, section 4.1.4.3. */
enum {
  DEVICE_FEATURES_HALF = 0,
  DEVICE_FEATURES = 4,
  DRIVER_FEATURES_HALF = 8,
  DRIVER_FEATURES = 12,
  STATUS = 20,
  GENERATION = 21,
  QUEUE_NUMBER = 22,
  QUEUE_SIZE = 24,
  QUEUE_VECTOR = 26,
  QUEUE_ENABLE = 28,
  QUEUE_NOTIFY_AT = 30,
  QUEUE_DESCRIPTORS = 32,
  QUEUE_AVAILABLE = 40,
  QUEUE_USED = 48,
  COMMON_LENGTH = 56,
};

static uint64_t common(struct virtio_device *device) {
  return ((struct pci_device *)device)->common;
}

static uint8_t status(struct virtio_device *device) {
  return read8(common(device) + STATUS);
}

static void set_status(struct virtio_device *device, uint8_t value) {
  write8(common(device) + STATUS, value);
}

static uint32_t features(struct virtio_device *device, uint32_t half) {
  write32(common(device) + DEVICE_FEATURES_HALF, half);
  return read32(common(device) + DEVICE_FEATURES);
}

static void accept(struct virtio_device *device, uint32_t half, uint32_t value) {
  write32(common(device) + DRIVER_FEATURES_HALF, half);
  write32(common(device) + DRIVER_FEATURES, value);
}

static uint32_t queue_most(struct virtio_device *device, uint16_t number) {
  write16(common(device) + QUEUE_NUMBER, number);
  return read16(common(device) + QUEUE_SIZE);
}

static void set_address(struct virtio_device *device, uint32_t offset, const volatile void *value) {
  write32(common(device) + offset, (uint32_t)(uint64_t)value);
  write32(common(device) + offset + 4, (uint32_t)((uint64_t)value >> 32));
}

static void queue_start(struct virtio_device *device, uint16_t number, const struct virtqueue *queue) {
  write16(common(device) + QUEUE_NUMBER, number);
  write16(common(device) + QUEUE_SIZE, queue->size);
  write16(common(device) + QUEUE_VECTOR, 0);
  set_address(device, QUEUE_DESCRIPTORS, queue->descriptors);
  set_address(device, QUEUE_AVAILABLE, queue->available);
  set_address(device, QUEUE_USED, queue->used);
  write16(common(device) + QUEUE_ENABLE, 1);
}

static void notify(struct virtio_device *device, uint16_t number) {
  const struct pci_device *pci = (struct pci_device *)device;
  write16(common(device) + QUEUE_NUMBER, number);
  uint32_t at = read16(common(device) + QUEUE_NOTIFY_AT) * pci->notify_step;
  write16(pci->notify + at, number);
}

/* A message is an event, not a state: nothing has to be taken back. */
static void acknowledge(struct virtio_device *device) {
  (void)device;
}

static uint32_t generation(struct virtio_device *device) {
  return read8(common(device) + GENERATION);
}

static uint8_t configuration(struct virtio_device *device, uint32_t offset) {
  return read8(((struct pci_device *)device)->configuration + offset);
}

static const struct virtio_transport TRANSPORT = {
    status,      set_status, features,    accept,     queue_most,
    queue_start, notify,     acknowledge, generation, configuration,
};

/* Maps `length` bytes of a base address register; 0: they are nowhere that this layer reaches. */
static uint64_t map(pci_function function, uint8_t bar, uint32_t offset, uint32_t length) {
  uint64_t start = pci_memory(function, bar);
  return start == 0 ? 0 : paging_map_device(start + offset, length);
}

/* Takes what the capability at `at` points to, where it is one of those that are used. */
static void take_capability(struct pci_device *found, pci_function function, uint8_t at) {
  uint32_t head = pci_read(function, at);
  uint8_t bar = (uint8_t)pci_read(function, (uint8_t)(at + CAPABILITY_BAR));
  uint32_t offset = pci_read(function, (uint8_t)(at + CAPABILITY_OFFSET));
  uint32_t length = pci_read(function, (uint8_t)(at + CAPABILITY_LENGTH));
  switch (head >> 24) {
    case TYPE_COMMON:
      if (found->common == 0 && length >= COMMON_LENGTH) found->common = map(function, bar, offset, length);
      break;
    case TYPE_NOTIFY:
      if (found->notify != 0) break;
      found->notify = map(function, bar, offset, length);
      found->notify_step = pci_read(function, (uint8_t)(at + CAPABILITY_NOTIFY_STEP));
      break;
    case TYPE_DEVICE:
      if (found->configuration == 0) found->configuration = map(function, bar, offset, length);
      break;
    default:
      break;
  }
}

/* Entry 0 of the table is the one that all queues use. */
static bool enable_messages(pci_function function) {
  uint8_t at = pci_capability(function, CAPABILITY_MSIX, 0);
  if (at == 0) return false;
  uint32_t place = pci_read(function, (uint8_t)(at + MSIX_TABLE));
  uint64_t entry = map(function, place & 7, place & ~7u, 16);
  if (entry == 0) return false;
  struct interrupt_message message = interrupts_message();
  write32(entry, (uint32_t)message.address);
  write32(entry + 4, 0);
  write32(entry + 8, message.data);
  write32(entry + 12, 0); /* not masked */
  pci_write(function, at, (pci_read(function, at) & ~MSIX_ALL_MASKED) | MSIX_ENABLED);
  return true;
}

/* Transitional devices have an older number, and their type elsewhere (section 4.1.2.3). */
static uint32_t type_of(pci_function function) {
  uint32_t identity = pci_read(function, 0), device = identity >> 16;
  if ((identity & 0xffff) != VENDOR || device < DEVICE_FIRST || device > DEVICE_LAST) return 0;
  return device >= DEVICE_MODERN ? device - DEVICE_MODERN : pci_read(function, SUBSYSTEM) >> 16;
}

enum hal_status virtio_pci_find(struct pci_device *found, pci_function function) {
  *found = (struct pci_device){.device = {.transport = &TRANSPORT, .type = type_of(function)}};
  if (found->device.type == 0) return HAL_INVALID;
  pci_enable(function);
  uint8_t at = 0;
  while ((at = pci_capability(function, CAPABILITY_VENDOR, at)) != 0) take_capability(found, function, at);
  if (found->common == 0 || found->notify == 0 || found->configuration == 0) return HAL_BROKEN;
  return enable_messages(function) ? HAL_OK : HAL_BROKEN;
}
