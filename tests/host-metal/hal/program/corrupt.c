/*
 * What becomes of descriptors that are wrong: the device notices, which this side has to
 * notice, and after a reset it works. The block device is taken from its driver for that.
 */
#include "program.h"
#include "x86_64/devices.h"

#define SECOND 1000000000ull

static struct {
  uint32_t type;
  uint32_t reserved;
  uint64_t sector;
} head;
static uint8_t *sector;
static volatile uint8_t result;

static struct virtio_device *device;
static struct virtqueue queue;

static uint64_t begin(void) {
  uint64_t features;
  enum hal_status status = virtio_begin(device, 0, &features);
  if (status == HAL_OK) status = virtio_queue(device, 0, &queue);
  virtio_ready(device);
  return status;
}

static const struct virtqueue_piece *good(void) {
  static struct virtqueue_piece pieces[3];
  pieces[0] = (struct virtqueue_piece){&head, sizeof head, false};
  pieces[1] = (struct virtqueue_piece){sector, HAL_SECTOR, true};
  pieces[2] = (struct virtqueue_piece){(void *)(uint64_t)&result, 1, true};
  return pieces;
}

static void attempt(const char *what, struct virtqueue_piece first, struct virtqueue_piece second) {
  struct virtqueue_piece pieces[3];
  uint32_t written;
  __builtin_memcpy(pieces, good(), sizeof pieces);
  pieces[0] = first;
  pieces[1] = second;
  result = 9;
  __builtin_memset(sector, '-', HAL_SECTOR);
  if (begin() != HAL_OK) say("no reset");
  uint64_t status = virtio_request(device, 0, &queue, pieces, 3, &written);
  say(what, status, (uint64_t)result, (uint64_t)sector[0]);
}

/* The queue is changed after the chain was put, which no driver of this layer does. */
static void attempt_queue(const char *what, void (*corrupt)(void)) {
  uint16_t chain;
  uint32_t written;
  if (begin() != HAL_OK || !virtqueue_put(&queue, good(), 3, &chain)) say("no reset");
  corrupt();
  device->transport->notify(device, 0);
  uint64_t end = hal_clock() + 20 * SECOND;
  while (hal_clock() < end) {
    bool taken = virtqueue_take(&queue, &chain, &written);
    if (taken || (device->transport->status(device) & VIRTIO_STATUS_NEEDS_RESET) != 0) return say(what, (uint64_t)taken);
    hal_idle(hal_clock() + SECOND / 1000);
  }
  say("no answer");
}

static void make_circle(void) {
  queue.descriptors[2].flags |= VIRTQUEUE_DESCRIPTOR_NEXT;
  queue.descriptors[2].next = 1;
}
static void leave_the_table(void) {
  queue.descriptors[0].next = queue.size;
}
static void give_no_chain(void) {
  queue.available->ring[0] = queue.size;
}
static void give_too_many(void) {
  queue.available->index = (uint16_t)(queue.size + 1);
}

int test_block_corrupt(void) {
  device = devices_at(0);
  sector = hal_pages_take(1);
  struct virtqueue_piece request = {&head, sizeof head, false}, bytes = {sector, HAL_SECTOR, true};
  attempt("good: %, result %, byte %", request, bytes);
  attempt("empty piece: %, result %, byte %", request, (struct virtqueue_piece){sector, 0, true});
  attempt("short request: %, result %, byte %", (struct virtqueue_piece){&head, 8, false}, bytes);
  attempt("half a sector: %, result %, byte %", request, (struct virtqueue_piece){sector, 100, true});
  head.sector = 1 << 20;
  attempt("beyond the end: %, result %, byte %", request, bytes);
  head.sector = 0;
  head.type = 4711;
  attempt("no such request: %, result %, byte %", request, bytes);
  head.type = 0;
  attempt_queue("circle: taken %", make_circle);
  attempt_queue("out of the table: taken %", leave_the_table);
  attempt_queue("no chain: taken %", give_no_chain);
  attempt_queue("too many: taken %", give_too_many);
  attempt("good again: %, result %, byte %", request, bytes);
  return 0;
}
