/* virtqueue.h against a device that answers in any order, and against what it must not say. */
#include "../../../../host-metal/hal/portable/virtqueue.h"

#include "check.h"

struct model {
  uint16_t heads[VIRTQUEUE_MOST]; /* of chains that are put and not used */
  size_t pieces[VIRTQUEUE_MOST];
  uint32_t room[VIRTQUEUE_MOST];
  size_t count;
  size_t descriptors;
};

static uint8_t bytes[VIRTQUEUE_MOST][16];

static void put(struct virtqueue *queue, struct model *model, uint64_t *seed) {
  struct virtqueue_piece pieces[VIRTQUEUE_MOST + 1];
  size_t count = draw(seed) % (queue->size < 6 ? queue->size + 2u : 6u);
  uint32_t room = 0;
  for (size_t i = 0; i < count; i++) {
    pieces[i] = (struct virtqueue_piece){bytes[i], (uint32_t)(draw(seed) % 17), i > count / 2};
    room += pieces[i].device_writes ? pieces[i].length : 0;
  }
  uint16_t head;
  bool fits = count > 0 && model->descriptors + count <= queue->size;
  CHECK(virtqueue_put(queue, pieces, count, &head) == fits);
  if (!fits) return;
  CHECK(queue->available->ring[(uint16_t)(queue->available->index - 1) % queue->size] == head);
  uint16_t at = head;
  for (size_t i = 0; i < count; i++, at = queue->descriptors[at].next) {
    CHECK(queue->descriptors[at].address == (uint64_t)pieces[i].start);
    CHECK(queue->descriptors[at].length == pieces[i].length);
    CHECK(((queue->descriptors[at].flags & VIRTQUEUE_DESCRIPTOR_WRITE) != 0) == pieces[i].device_writes);
    CHECK(((queue->descriptors[at].flags & VIRTQUEUE_DESCRIPTOR_NEXT) != 0) == (i + 1 < count));
  }
  for (size_t i = 0; i < model->count; i++) CHECK(model->heads[i] != head);
  model->heads[model->count] = head;
  model->room[model->count] = room;
  model->pieces[model->count++] = count;
  model->descriptors += count;
}

/* The device uses any of the chains; the driver takes it. */
static void use(struct virtqueue *queue, struct model *model, uint64_t *seed) {
  uint16_t head;
  uint32_t written;
  CHECK(!virtqueue_take(queue, &head, &written));
  if (model->count == 0) return;
  size_t which = draw(seed) % model->count;
  uint32_t wrote = (uint32_t)(draw(seed) % (model->room[which] + 1u));
  uint16_t index = queue->used->index;
  queue->used->ring[index % queue->size].head = model->heads[which];
  queue->used->ring[index % queue->size].written = wrote;
  queue->used->index = (uint16_t)(index + 1);
  CHECK(virtqueue_take(queue, &head, &written) && head == model->heads[which] && written == wrote);
  model->descriptors -= model->pieces[which];
  model->count--;
  model->heads[which] = model->heads[model->count];
  model->room[which] = model->room[model->count];
  model->pieces[which] = model->pieces[model->count];
}

static void run(uint64_t seed, int steps) {
  void *shared = aligned_alloc(4096, VIRTQUEUE_BYTES);
  memset(shared, 0, VIRTQUEUE_BYTES);
  struct virtqueue queue;
  struct model model = {0};
  virtqueue_begin(&queue, (uint16_t)(1u << draw(&seed) % 7), shared);
  for (int step = 0; step < steps; step++) {
    if (draw(&seed) % 2 == 0)
      put(&queue, &model, &seed);
    else
      use(&queue, &model, &seed);
    CHECK(queue.free_count == queue.size - model.descriptors && !queue.broken);
  }
  free(shared);
}

/* Everything that a device could write into the used ring is either what it may say, or found. */
static void lie(uint32_t head, uint32_t written, uint16_t index, bool sound) {
  void *shared = aligned_alloc(4096, VIRTQUEUE_BYTES);
  memset(shared, 0, VIRTQUEUE_BYTES);
  struct virtqueue queue;
  struct virtqueue_piece pieces[] = {{bytes[0], 16, false}, {bytes[1], 10, true}, {bytes[2], 6, true}};
  uint16_t first, second, taken;
  uint32_t count;
  virtqueue_begin(&queue, 8, shared);
  CHECK(virtqueue_put(&queue, pieces, 3, &first) && virtqueue_put(&queue, pieces, 1, &second));
  CHECK(first == 0 && second == 3);
  queue.used->ring[0].head = head;
  queue.used->ring[0].written = written;
  queue.used->index = index;
  CHECK(virtqueue_take(&queue, &taken, &count) == sound);
  CHECK(queue.broken == !sound);
  if (!sound) CHECK(!virtqueue_put(&queue, pieces, 1, &taken) && !virtqueue_take(&queue, &taken, &count));
  free(shared);
}

void test_virtqueue(void) {
  for (uint64_t seed = 1; seed <= 100; seed++) run(seed * 0x9e3779b97f4a7c15, 300);
  run(4711, 200000); /* the 16-bit indices wrap */

  lie(0, 16, 1, true);
  lie(0, 0, 2, true);
  lie(3, 0, 1, true);
  lie(0, 17, 1, false);
  lie(3, 1, 1, false);
  lie(1, 0, 1, false);
  lie(4, 0, 1, false);
  lie(8, 0, 1, false);
  lie(0x10000, 0, 1, false);
  lie(UINT32_MAX, 0, 1, false);
  lie(0, 0, 3, false);
  lie(0, 0, UINT16_MAX, false);

  CHECK(virtqueue_size(0) == 0 && virtqueue_size(1) == 1 && virtqueue_size(63) == 32);
  CHECK(virtqueue_size(64) == 64 && virtqueue_size(UINT32_MAX) == 64);
}
