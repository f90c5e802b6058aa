/*
 * See block.h. A request is one chain: what to do, the bytes, how it went.
 *
 * The bytes of the program may lie in a memory of Wasm, whose pages are anywhere, so they
 * go through a piece of memory that the device can reach.
 */
#include "block.h"

#define TYPE_READ 0
#define TYPE_WRITE 1
#define TYPE_FLUSH 4
#define FEATURE_READ_ONLY (1ull << 5)
#define FEATURE_FLUSH (1ull << 9)
#define STATUS_OK 0
#define STATUS_NONE 0xff
#define QUEUE 0
#define CONFIGURATION_CAPACITY 0
#define BOUNCE_PAGES 16
#define BOUNCE_BYTES (BOUNCE_PAGES * HAL_PAGE)

struct head {
  uint32_t type;
  uint32_t reserved;
  uint64_t sector;
};

/* What device and driver share besides the queue; the bounce buffer has pages of its own. */
struct shared {
  struct head head;
  uint8_t status;
};

struct block {
  struct virtio_device *device;
  struct virtqueue queue;
  struct shared *shared;
  uint8_t *bounce;
  struct hal_block_info info;
  bool can_flush;
};

static struct block blocks[BLOCK_MOST];
static size_t count;

static bool take_pages(struct block *block) {
  block->shared = hal_pages_take(1);
  block->bounce = hal_pages_take(BOUNCE_PAGES);
  if (block->shared != NULL && block->bounce != NULL) return true;
  if (block->shared != NULL) hal_pages_give(block->shared, 1);
  if (block->bounce != NULL) hal_pages_give(block->bounce, BOUNCE_PAGES);
  return false;
}

enum hal_status block_begin(struct virtio_device *device) {
  if (count == BLOCK_MOST) return HAL_INVALID;
  struct block *block = &blocks[count];
  uint64_t features;
  enum hal_status status = virtio_begin(device, FEATURE_READ_ONLY | FEATURE_FLUSH, &features);
  if (status == HAL_OK) status = virtio_queue(device, QUEUE, &block->queue);
  if (status != HAL_OK) return status;
  if (!take_pages(block)) {
    virtio_give_up(device);
    virtio_queue_end(&block->queue);
    return HAL_NO_MEMORY;
  }
  block->device = device;
  virtio_ready(device);
  virtio_configuration(device, CONFIGURATION_CAPACITY, &block->info.sectors, sizeof block->info.sectors);
  block->info.read_only = (features & FEATURE_READ_ONLY) != 0;
  block->can_flush = (features & FEATURE_FLUSH) != 0;
  count++;
  return HAL_OK;
}

size_t hal_block_count(void) {
  return count;
}

enum hal_status hal_block_info(size_t number, struct hal_block_info *info) {
  if (number >= count) return HAL_INVALID;
  *info = blocks[number].info;
  return HAL_OK;
}

/* `length` bytes of the bounce buffer, from or to `sector`. */
static enum hal_status request(struct block *block, uint32_t type, uint64_t sector, uint32_t length) {
  struct virtqueue_piece pieces[3] = {{&block->shared->head, sizeof(struct head), false}};
  size_t used = 1;
  if (length > 0) pieces[used++] = (struct virtqueue_piece){block->bounce, length, type == TYPE_READ};
  pieces[used++] = (struct virtqueue_piece){&block->shared->status, 1, true};
  block->shared->head = (struct head){type, 0, sector};
  block->shared->status = STATUS_NONE;
  uint32_t written;
  enum hal_status status = virtio_request(block->device, QUEUE, &block->queue, pieces, used, &written);
  if (status != HAL_OK) return status;
  if (*(volatile uint8_t *)&block->shared->status != STATUS_OK) return HAL_FAILED;
  /* Bytes that it did not write are another request's. */
  return type == TYPE_READ && written < length ? HAL_FAILED : HAL_OK;
}

/* Whole sectors, all of them on the device. */
static bool is_inside(const struct block *block, uint64_t sector, size_t length) {
  uint64_t sectors = length / HAL_SECTOR;
  return length % HAL_SECTOR == 0 && sector <= block->info.sectors && sectors <= block->info.sectors - sector;
}

static size_t part_of(size_t length) {
  return length < BOUNCE_BYTES ? length : BOUNCE_BYTES;
}

enum hal_status hal_block_read(size_t number, uint64_t sector, void *bytes, size_t length) {
  if (number >= count || !is_inside(&blocks[number], sector, length)) return HAL_INVALID;
  struct block *block = &blocks[number];
  uint8_t *next = bytes;
  while (length > 0) {
    size_t part = part_of(length);
    enum hal_status status = request(block, TYPE_READ, sector, (uint32_t)part);
    if (status != HAL_OK) return status;
    __builtin_memcpy(next, block->bounce, part);
    next += part, length -= part, sector += part / HAL_SECTOR;
  }
  return HAL_OK;
}

enum hal_status hal_block_write(size_t number, uint64_t sector, const void *bytes, size_t length) {
  if (number >= count || !is_inside(&blocks[number], sector, length)) return HAL_INVALID;
  struct block *block = &blocks[number];
  if (block->info.read_only) return HAL_INVALID;
  const uint8_t *next = bytes;
  while (length > 0) {
    size_t part = part_of(length);
    __builtin_memcpy(block->bounce, next, part);
    enum hal_status status = request(block, TYPE_WRITE, sector, (uint32_t)part);
    if (status != HAL_OK) return status;
    next += part, length -= part, sector += part / HAL_SECTOR;
  }
  return HAL_OK;
}

/* A device that cannot flush keeps nothing back (section 5.2.6.2). */
enum hal_status hal_block_flush(size_t number) {
  if (number >= count) return HAL_INVALID;
  return blocks[number].can_flush ? request(&blocks[number], TYPE_FLUSH, 0, 0) : HAL_OK;
}
