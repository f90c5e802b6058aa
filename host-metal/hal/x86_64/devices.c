/*
 * See devices.h. Machines without PCI name their devices on the command line, as Linux
 * has it: virtio_mmio.device=<size>@<address>:<line> (QEMU's microvm, Firecracker).
 */
#include "devices.h"

#include "../portable/block.h"
#include "../portable/console.h"
#include "../portable/device-word.h"
#include "../portable/entropy.h"
#include "../portable/network.h"
#include "../portable/text.h"
#include "interrupts.h"
#include "layout.h"
#include "paging.h"
#include "virtio-mmio.h"
#include "virtio-pci.h"

#define DEVICES_MOST 16
#define MMIO_WORD "virtio_mmio.device"

static struct mmio_device mmio_devices[DEVICES_MOST];
static struct pci_device pci_devices[DEVICES_MOST];
static size_t mmio_count, pci_count;

static void complain(const char *what, const char *why) {
  struct text line = {0};
  text_string(&line, "hal: ");
  text_string(&line, what);
  text_string(&line, ": ");
  text_string(&line, why);
  text_string(&line, "\r\n");
  hal_message_write(line.bytes, line.length);
}

static const char *because(enum hal_status status) {
  switch (status) {
    case HAL_NO_MEMORY:
      return "there is no memory for it";
    case HAL_INVALID:
      return "there are too many of its kind";
    default:
      return "it is not as virtio 1 asks (QEMU: -global virtio-mmio.force-legacy=false)";
  }
}

static enum hal_status begin(struct virtio_device *device) {
  switch (device->type) {
    case VIRTIO_BLOCK:
      return block_begin(device);
    case VIRTIO_ENTROPY:
      return entropy_begin(device);
    case VIRTIO_CONSOLE:
      return console_begin(device);
    case VIRTIO_NETWORK:
      return network_begin(device);
    default:
      return HAL_OK; /* nobody asks for it */
  }
}

/* `found`: what looking for the device gave. True: its place is taken. */
static bool take(struct virtio_device *device, enum hal_status found) {
  static const char *const NAMES[] = {
      [VIRTIO_NETWORK] = "a network device is not used",
      [VIRTIO_BLOCK] = "a block device is not used",
      [VIRTIO_CONSOLE] = "a console device is not used",
      [VIRTIO_ENTROPY] = "an entropy device is not used",
  };
  if (found == HAL_INVALID) return false;
  enum hal_status status = found == HAL_OK ? begin(device) : found;
  bool named = device->type < sizeof NAMES / sizeof *NAMES && NAMES[device->type] != NULL;
  if (status != HAL_OK && named) complain(NAMES[device->type], because(status));
  return status == HAL_OK;
}

static void find_by_words(const struct command_line *line) {
  const char *word = NULL;
  while ((word = command_line_value(line, MMIO_WORD, word)) != NULL) {
    struct device_word place;
    if (!device_word_read(word, &place) || place.address + place.size > DEVICES_START) {
      complain(word, "no virtio_mmio.device=<size>@<address>:<line>");
      continue;
    }
    if (mmio_count == DEVICES_MOST) return complain(word, "there are too many devices");
    paging_map_device(place.address, place.size);
    interrupts_route_device(place.line);
    enum hal_status found = mmio_find(&mmio_devices[mmio_count], place.address);
    if (take(&mmio_devices[mmio_count].device, found)) mmio_count++;
  }
}

static void find_on_bus(void) {
  pci_function function;
  for (uint32_t from = 0; pci_next(from, &function); from = function + 1u) {
    if (pci_count == DEVICES_MOST) return complain("PCI", "there are too many devices");
    enum hal_status found = virtio_pci_find(&pci_devices[pci_count], function);
    if (take(&pci_devices[pci_count].device, found)) pci_count++;
  }
}

void devices_begin(const struct command_line *line) {
  find_by_words(line);
  find_on_bus();
}

struct virtio_device *devices_at(size_t number) {
  if (number < mmio_count) return &mmio_devices[number].device;
  return number - mmio_count < pci_count ? &pci_devices[number - mmio_count].device : NULL;
}
