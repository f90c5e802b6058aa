/* network.h: frames in and out of a device, what is none, and a device that breaks the rules. */
#include "../../../../host-metal/hal/portable/network.h"

#include "check.h"
#include "fake-device.h"

#define HEADER 12
#define HAS_ADDRESS (1u << 5)

static uint8_t sent[2000];
static uint32_t sent_length;
static uint8_t frame[HAL_FRAME_MOST];
static size_t length;

static uint32_t handle(struct fake_device *fake, uint16_t number, const struct virtqueue_piece *pieces, size_t count) {
  (void)fake;
  CHECK(number == 1 && count == 1 && !pieces[0].device_writes);
  sent_length = pieces[0].length - HEADER;
  for (int i = 0; i < HEADER; i++) CHECK(((uint8_t *)pieces[0].start)[i] == 0);
  memcpy(sent, (uint8_t *)pieces[0].start + HEADER, sent_length);
  return 0;
}

static void add(struct fake_device *fake, enum hal_status expected) {
  fake_begin(fake, VIRTIO_NETWORK, handle);
  fake->gives[0] = true;
  fake->offered = HAS_ADDRESS;
  memcpy(fake->configuration, "\2\0\0\0\0\7", 6);
  CHECK(network_begin(&fake->device) == expected);
}

static bool give(struct fake_device *fake, uint32_t frame_length, uint8_t byte) {
  uint8_t bytes[2048] = {0};
  memset(bytes + HEADER, byte, frame_length);
  return fake_give(fake, 0, bytes, HEADER + frame_length);
}

static void expect_frame(size_t number, size_t expected, uint8_t byte) {
  CHECK(hal_network_receive(number, frame, &length) == HAL_OK && length == expected);
  if (expected > 0) CHECK(frame[0] == byte && frame[expected - 1] == byte);
}

static void test_send(void) {
  for (size_t i = 0; i < sizeof frame; i++) frame[i] = (uint8_t)(i * 3);
  for (size_t size = HAL_FRAME_LEAST; size <= HAL_FRAME_MOST; size += 50) {
    CHECK(hal_network_send(0, frame, size) == HAL_OK);
    CHECK(sent_length == size && memcmp(sent, frame, size) == 0);
  }
  CHECK(hal_network_send(0, frame, HAL_FRAME_LEAST - 1) == HAL_INVALID);
  CHECK(hal_network_send(0, frame, HAL_FRAME_MOST + 1) == HAL_INVALID);
  CHECK(hal_network_send(9, frame, 60) == HAL_INVALID);
}

static void test_receive(struct fake_device *fake) {
  expect_frame(0, 0, 0);
  CHECK(!network_waits());
  for (int round = 0; round < 100; round++) {
    CHECK(give(fake, 14, 1) && give(fake, 1514, 2) && network_waits());
    expect_frame(0, 14, 1);
    expect_frame(0, 1514, 2);
    expect_frame(0, 0, 0);
  }
  /* What is no frame is passed over. */
  CHECK(give(fake, 0, 3) && give(fake, 13, 3) && give(fake, 1515, 3) && give(fake, 60, 4));
  CHECK(fake_give(fake, 0, "", 0));
  expect_frame(0, 60, 4);
  expect_frame(0, 0, 0);
  /* More than there is room for is lost, and then there is room again. */
  int count = 0;
  while (give(fake, 100, 5)) count++;
  CHECK(count == 16);
  for (int i = 0; i < count; i++) expect_frame(0, 100, 5);
  expect_frame(0, 0, 0);
  CHECK(give(fake, 100, 6));
  expect_frame(0, 100, 6);
}

/* It is off, and the caller knows. */
static void test_defect(struct fake_device *fake, size_t number, enum fake_defect defect) {
  fake->defect = defect;
  CHECK(give(fake, 60, 1));
  CHECK(hal_network_receive(number, frame, &length) == HAL_BROKEN && length == 0 && fake->status == 0);
  fake->defect = NO_DEFECT;
  CHECK(hal_network_receive(number, frame, &length) == HAL_BROKEN);
  CHECK(hal_network_send(number, frame, 60) == HAL_BROKEN);
}

void test_network(void) {
  static struct fake_device fakes[NETWORK_MOST + 1], refused;
  struct hal_network_info info;
  CHECK(hal_network_count() == 0 && hal_network_receive(0, frame, &length) == HAL_INVALID);
  for (size_t pages = 0; pages < 11; pages++) {
    fake_pages_left = pages;
    add(&refused, HAL_NO_MEMORY);
    CHECK(refused.status == 0 && fake_pages_taken == 0);
  }
  fake_pages_left = SIZE_MAX;
  for (size_t i = 0; i < NETWORK_MOST; i++) add(&fakes[i], HAL_OK);
  add(&fakes[NETWORK_MOST], HAL_INVALID);
  CHECK(hal_network_info(0, &info) == HAL_OK && info.has_address && memcmp(info.address, "\2\0\0\0\0\7", 6) == 0);
  CHECK(hal_network_info(NETWORK_MOST, &info) == HAL_INVALID);
  test_send();
  test_receive(&fakes[0]);
  test_defect(&fakes[1], 1, NO_CHAIN);
  test_defect(&fakes[2], 2, TOO_MANY_BYTES);
  test_defect(&fakes[3], 3, NEEDS_RESET);
  expect_frame(0, 0, 0);
}
