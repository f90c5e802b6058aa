/* block.h: a disk that is an array, and disks that do not do what they should. */
#include "../../../../host-metal/hal/portable/block.h"

#include "check.h"
#include "fake-device.h"

#define SECTORS 500
#define READ_ONLY (1u << 5)
#define FLUSH (1u << 9)

static uint8_t disk[SECTORS * HAL_SECTOR];
static int flushes;
static bool fails, writes_little;

/* Virtio 1.2, section 5.2.6. */
static uint32_t handle(struct fake_device *fake, uint16_t number, const struct virtqueue_piece *pieces, size_t count) {
  (void)fake;
  struct {
    uint32_t type, reserved;
    uint64_t sector;
  } head;
  CHECK(number == 0 && count >= 2 && pieces[0].length == sizeof head && pieces[count - 1].length == 1);
  memcpy(&head, pieces[0].start, sizeof head);
  uint8_t *status = pieces[count - 1].start, *at = disk + head.sector * HAL_SECTOR;
  *status = fails ? 1 : 0;
  if (fails) return 1;
  if (head.type == 4) {
    CHECK(count == 2);
    flushes++;
    return 1;
  }
  CHECK(count == 3 && head.sector * HAL_SECTOR + pieces[1].length <= sizeof disk);
  CHECK(pieces[1].device_writes == (head.type == 0));
  if (head.type == 1) {
    memcpy(at, pieces[1].start, pieces[1].length);
    return 1;
  }
  memcpy(pieces[1].start, at, pieces[1].length);
  return writes_little ? 1 : pieces[1].length + 1;
}

static void add_disk(struct fake_device *fake, uint64_t features, enum hal_status expected) {
  uint64_t sectors = SECTORS;
  fake_begin(fake, VIRTIO_BLOCK, handle);
  fake->offered = features;
  memcpy(fake->configuration, &sectors, sizeof sectors);
  CHECK(block_begin(&fake->device) == expected);
}

static void test_good_disk(void) {
  uint64_t seed = 99;
  static uint8_t model[sizeof disk], bytes[sizeof disk];
  for (size_t i = 0; i < sizeof disk; i++) disk[i] = model[i] = (uint8_t)draw(&seed);
  for (int i = 0; i < 300; i++) {
    uint64_t sector = draw(&seed) % SECTORS;
    size_t length = draw(&seed) % (SECTORS - sector + 1) * HAL_SECTOR;
    if (draw(&seed) % 2 == 0) {
      CHECK(hal_block_read(0, sector, bytes, length) == HAL_OK);
      CHECK(memcmp(bytes, model + sector * HAL_SECTOR, length) == 0);
    } else {
      for (size_t k = 0; k < length; k++) bytes[k] = model[sector * HAL_SECTOR + k] = (uint8_t)draw(&seed);
      CHECK(hal_block_write(0, sector, bytes, length) == HAL_OK);
    }
  }
  CHECK(memcmp(disk, model, sizeof disk) == 0);
  CHECK(hal_block_flush(0) == HAL_OK && flushes == 1);
}

static void test_mistakes(void) {
  uint8_t bytes[1024];
  struct hal_block_info info;
  CHECK(hal_block_info(0, &info) == HAL_OK && info.sectors == SECTORS && !info.read_only);
  CHECK(hal_block_info(1, &info) == HAL_OK && info.read_only);
  CHECK(hal_block_info(hal_block_count(), &info) == HAL_INVALID);
  CHECK(hal_block_read(0, SECTORS, bytes, 512) == HAL_INVALID);
  CHECK(hal_block_read(0, SECTORS, bytes, 0) == HAL_OK);
  CHECK(hal_block_read(0, SECTORS + 1, bytes, 0) == HAL_INVALID);
  CHECK(hal_block_read(0, SECTORS - 1, bytes, 1024) == HAL_INVALID);
  CHECK(hal_block_read(0, UINT64_MAX, bytes, 1024) == HAL_INVALID);
  CHECK(hal_block_write(0, 0, bytes, SIZE_MAX & ~511ull) == HAL_INVALID);
  CHECK(hal_block_read(0, 0, bytes, 511) == HAL_INVALID);
  CHECK(hal_block_write(1, 0, bytes, 512) == HAL_INVALID);
  CHECK(hal_block_read(1, 0, bytes, 512) == HAL_OK);
  CHECK(hal_block_flush(1) == HAL_OK && flushes == 1); /* it cannot, and need not */
}

static void test_failures(void) {
  uint8_t bytes[512];
  fails = true;
  CHECK(hal_block_read(0, 0, bytes, 512) == HAL_FAILED && hal_block_write(0, 0, bytes, 512) == HAL_FAILED);
  CHECK(hal_block_flush(0) == HAL_FAILED);
  fails = false;
  CHECK(hal_block_read(0, 0, bytes, 512) == HAL_OK);
  writes_little = true;
  CHECK(hal_block_read(0, 0, bytes, 512) == HAL_FAILED);
  writes_little = false;
}

/* One that breaks the rules is off; the others go on. */
static void test_defects(struct fake_device *bad) {
  uint8_t bytes[512];
  bad->defect = OTHER_CHAIN;
  CHECK(hal_block_read(1, 0, bytes, 512) == HAL_BROKEN);
  bad->defect = NO_DEFECT;
  CHECK(hal_block_read(1, 0, bytes, 512) == HAL_BROKEN);
  CHECK(hal_block_read(0, 0, bytes, 512) == HAL_OK);
}

void test_block(void) {
  static struct fake_device disks[BLOCK_MOST + 1], refused;
  CHECK(hal_block_count() == 0 && hal_block_flush(0) == HAL_INVALID);
  add_disk(&disks[0], FLUSH, HAL_OK);
  add_disk(&disks[1], READ_ONLY, HAL_OK);
  test_good_disk();
  test_mistakes();
  test_failures();
  test_defects(&disks[1]);
  size_t taken = fake_pages_taken;
  for (size_t pages = 0; pages < 18; pages++) {
    fake_pages_left = pages;
    add_disk(&refused, 0, HAL_NO_MEMORY);
    CHECK(refused.status == 0 && fake_pages_taken == taken);
  }
  fake_pages_left = SIZE_MAX;
  for (size_t i = 2; i < BLOCK_MOST; i++) add_disk(&disks[i], 0, HAL_OK);
  add_disk(&disks[BLOCK_MOST], 0, HAL_INVALID);
  CHECK(hal_block_count() == BLOCK_MOST);
}
