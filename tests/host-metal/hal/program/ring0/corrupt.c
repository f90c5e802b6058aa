/*
 * What becomes of descriptors that are wrong: the device notices, which this side has to
 * notice, and after a reset it works. A device is taken from its driver for that.
 */
#include "cases.h"
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
static uint16_t number; /* of the queue that is used */
static struct virtqueue queue;
static struct virtqueue_piece good[3];

static uint64_t begin(void) {
  uint64_t features;
  enum hal_status status = virtio_begin(device, 0, &features);
  if (status == HAL_OK) status = virtio_queue(device, number, &queue);
  return status;
}

/* `first` and `second` in place of the good ones. */
static void attempt(const char *what, struct virtqueue_piece first, struct virtqueue_piece second) {
  struct virtqueue_piece pieces[3] = {first, second, good[2]};
  uint32_t written;
  result = 9;
  __builtin_memset(sector, '-', HAL_SECTOR);
  if (begin() != HAL_OK) say("no reset");
  virtio_ready(device);
  uint64_t status = virtio_request(device, number, &queue, pieces, 3, &written);
  say(what, status, (uint64_t)result, (uint64_t)sector[0]);
}

/* Puts the good chain and changes the queue, before the device sees any of it. */
static void put_corrupt(void (*corrupt)(void)) {
  static struct virtqueue_available hidden;
  volatile struct virtqueue_available *shared = queue.available;
  uint16_t chain;
  hidden = (struct virtqueue_available){0};
  queue.available = &hidden;
  if (!virtqueue_put(&queue, good, 3, &chain)) say("no room");
  corrupt();
  shared->ring[0] = hidden.ring[0];
  shared->index = hidden.index;
  queue.available = shared;
}

static void attempt_queue(const char *what, void (*corrupt)(void)) {
  uint16_t chain;
  uint32_t written;
  if (begin() != HAL_OK) say("no reset");
  virtio_ready(device);
  put_corrupt(corrupt);
  device->transport->notify(device, number);
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

static void corrupt_queues(void) {
  attempt_queue("circle: taken %", make_circle);
  attempt_queue("out of the table: taken %", leave_the_table);
  attempt_queue("no chain: taken %", give_no_chain);
}

/* The first device of the type that the option `type` has. */
static void take_device(void) {
  for (size_t i = 0; (device = devices_at(i)) != NULL && device->type != option_number("type"); i++) continue;
  sector = hal_pages_take(1);
  say_by_serial(); /* the console may be the device */
}

int test_block_corrupt(void) {
  take_device();
  struct virtqueue_piece request = {&head, sizeof head, false}, bytes = {sector, HAL_SECTOR, true};
  good[0] = request;
  good[1] = bytes;
  good[2] = (struct virtqueue_piece){(void *)(uint64_t)&result, 1, true};
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
  corrupt_queues();
  attempt_queue("too many: taken %", give_too_many);
  attempt("good again: %, result %, byte %", request, bytes);
  return 0;
}

/* Of a device whose queue `queue` takes any bytes, or gives some. */
int test_stream_corrupt(void) {
  take_device();
  number = (uint16_t)option_number("queue");
  for (int i = 0; i < 3; i++) good[i] = (struct virtqueue_piece){sector, 64, device->type == VIRTIO_ENTROPY};
  attempt("good: %", good[0], good[1]);
  attempt("empty piece: %", good[0], (struct virtqueue_piece){sector, 0, good[0].device_writes});
  corrupt_queues();
  attempt("good again: %", good[0], good[1]);
  return 0;
}
