/* virtio.h: how a device is taken into service, asked, and given up. */
#include "check.h"
#include "fake-device.h"

static struct virtqueue queue; /* has a page where it has descriptors */

static void drop_queue(void) {
  if (queue.descriptors != NULL) virtio_queue_end(&queue);
  queue.descriptors = NULL;
}

static enum hal_status begin(struct fake_device *fake, uint64_t wanted) {
  uint64_t features;
  drop_queue();
  enum hal_status status = virtio_begin(&fake->device, wanted, &features);
  if (status == HAL_OK) status = virtio_queue(&fake->device, 0, &queue);
  if (status != HAL_OK) return status;
  CHECK(features == fake->accepted);
  virtio_ready(&fake->device);
  CHECK(fake->status == 15);
  return HAL_OK;
}

static uint32_t write_seven(struct fake_device *fake, uint16_t number, const struct virtqueue_piece *pieces,
                            size_t count) {
  (void)fake, (void)number, (void)count;
  memset(pieces[0].start, 7, pieces[0].length);
  return pieces[0].length;
}

static enum hal_status ask(struct fake_device *fake, uint32_t *written) {
  uint8_t bytes[10] = {0};
  struct virtqueue_piece piece = {bytes, sizeof bytes, true};
  enum hal_status status = virtio_request(&fake->device, 0, &queue, &piece, 1, written);
  if (status == HAL_OK) CHECK(bytes[9] == 7);
  return status;
}

static void test_good(void) {
  struct fake_device fake;
  uint32_t written;
  fake_begin(&fake, VIRTIO_BLOCK, write_seven);
  fake.offered = 0xff;
  CHECK(begin(&fake, 0x70f) == HAL_OK && fake.accepted == (0x0f | VIRTIO_FEATURE_VERSION_1));
  for (int i = 0; i < 1000; i++) CHECK(ask(&fake, &written) == HAL_OK && written == 10);
  fake.queue_most = 1;
  CHECK(begin(&fake, 0) == HAL_OK && queue.size == 1);
  CHECK(ask(&fake, &written) == HAL_OK);
}

/* A device that breaks a rule is off, until somebody begins anew with it. */
static void test_defect(enum fake_defect defect, bool at_begin) {
  struct fake_device fake;
  uint32_t written;
  fake_begin(&fake, VIRTIO_BLOCK, write_seven);
  fake.defect = defect;
  enum hal_status status = begin(&fake, 0);
  CHECK(status == (at_begin ? HAL_BROKEN : HAL_OK));
  if (status == HAL_OK) CHECK(ask(&fake, &written) == HAL_BROKEN);
  CHECK(fake.device.broken && (fake.status == 0 || defect == NEVER_RESETS));
  fake.defect = NO_DEFECT;
  CHECK(ask(&fake, &written) == HAL_BROKEN);
  CHECK(begin(&fake, 0) == HAL_OK && ask(&fake, &written) == HAL_OK);
}

static void test_configuration(void) {
  struct fake_device fake;
  uint8_t bytes[4];
  fake_begin(&fake, VIRTIO_BLOCK, NULL);
  memcpy(fake.configuration, "\1\2\3\4\5\6", 6);
  virtio_configuration(&fake.device, 2, bytes, 4);
  CHECK(memcmp(bytes, "\3\4\5\6", 4) == 0);
  fake.configuration_changes = 5;
  virtio_configuration(&fake.device, 0, bytes, 1);
  CHECK(bytes[0] == 0 && fake.configuration_changes == 0);
  fake.configuration_changes = INT32_MAX; /* for ever: it ends all the same */
  virtio_configuration(&fake.device, 0, bytes, 1);
}

void test_virtio(void) {
  test_good();
  static const enum fake_defect AT_BEGIN[] = {NO_VERSION_1, REFUSES_FEATURES, NEVER_RESETS, HAS_NO_QUEUE};
  for (size_t i = 0; i < sizeof AT_BEGIN / sizeof *AT_BEGIN; i++) test_defect(AT_BEGIN[i], true);
  for (enum fake_defect defect = NEVER_ANSWERS; defect < NO_VERSION_1; defect++) test_defect(defect, false);
  test_configuration();

  struct fake_device fake;
  fake_begin(&fake, VIRTIO_BLOCK, NULL);
  drop_queue();
  fake_pages_left = 0;
  CHECK(begin(&fake, 0) == HAL_NO_MEMORY && fake.device.broken && fake.status == 0);
  CHECK(fake_pages_taken == 0);
}
