/* entropy.h: a device that gives bytes, few or many, and one that gives none. */
#include "../../../../host-metal/hal/portable/entropy.h"

#include "check.h"
#include "fake-device.h"

static uint8_t next = 1;
static uint32_t most = UINT32_MAX;

static uint32_t handle(struct fake_device *fake, uint16_t number, const struct virtqueue_piece *pieces, size_t count) {
  (void)fake;
  CHECK(number == 0 && count == 1 && pieces[0].device_writes && pieces[0].length > 0);
  uint32_t length = pieces[0].length < most ? pieces[0].length : most;
  for (uint32_t i = 0; i < length; i++) {
    CHECK(((uint8_t *)pieces[0].start)[i] == 0); /* nothing of an earlier draw is left */
    ((uint8_t *)pieces[0].start)[i] = next++;
  }
  return length;
}

static void check_draw(size_t length) {
  uint8_t bytes[1000], expected = next;
  CHECK(entropy_draw(bytes, length));
  for (size_t i = 0; i < length; i++) CHECK(bytes[i] == expected++);
  CHECK(next == expected); /* none was drawn and thrown away */
}

void test_entropy(void) {
  static struct fake_device fake, second;
  uint8_t bytes[16];
  CHECK(!entropy_draw(bytes, sizeof bytes));
  fake_begin(&fake, VIRTIO_ENTROPY, handle);
  fake.defect = REFUSES_FEATURES;
  CHECK(entropy_begin(&fake.device) == HAL_BROKEN && !entropy_draw(bytes, sizeof bytes));
  fake.defect = NO_DEFECT;
  for (size_t pages = 0; pages < 2; pages++) {
    fake_pages_left = pages;
    CHECK(entropy_begin(&fake.device) == HAL_NO_MEMORY && fake_pages_taken == 0);
  }
  fake_pages_left = SIZE_MAX;
  CHECK(entropy_begin(&fake.device) == HAL_OK);
  fake_begin(&second, VIRTIO_ENTROPY, handle);
  CHECK(entropy_begin(&second.device) == HAL_INVALID);

  check_draw(0);
  check_draw(1);
  check_draw(1000);
  most = 3;
  check_draw(100);
  most = 0;
  CHECK(!entropy_draw(bytes, sizeof bytes) && fake.status == 0);
  most = 16;
  CHECK(!entropy_draw(bytes, sizeof bytes)); /* it stays off */
}
