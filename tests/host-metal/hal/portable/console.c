/* console.h: what is written arrives, what is typed is read in any pieces. */
#include "../../../../host-metal/hal/portable/console.h"

#include "check.h"
#include "fake-device.h"

static char written[20000];
static size_t written_length;

static uint32_t handle(struct fake_device *fake, uint16_t number, const struct virtqueue_piece *pieces, size_t count) {
  (void)fake;
  CHECK(number == 1 && count == 1 && !pieces[0].device_writes);
  memcpy(written + written_length, pieces[0].start, pieces[0].length);
  written_length += pieces[0].length;
  return 0;
}

static void test_write(void) {
  static char text[10000];
  for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 7);
  CHECK(console_write(text, sizeof text) == sizeof text);
  CHECK(written_length == sizeof text && memcmp(written, text, sizeof text) == 0);
  CHECK(console_write(text, 0) == 0 && written_length == sizeof text);
}

static void test_read(struct fake_device *fake) {
  char bytes[100];
  uint64_t seed = 5;
  uint8_t given = 0, read = 0;
  CHECK(console_read(bytes, sizeof bytes) == 0 && !console_waits());
  for (int round = 0; round < 2000; round++) {
    uint8_t typed[40];
    uint32_t length = (uint32_t)(1 + draw(&seed) % sizeof typed);
    for (uint32_t i = 0; i < length; i++) typed[i] = (uint8_t)(given + i);
    if (fake_give(fake, 0, typed, length)) given = (uint8_t)(given + length);
    CHECK(console_waits());
    size_t count = console_read(bytes, draw(&seed) % 50);
    for (size_t i = 0; i < count; i++) CHECK((uint8_t)bytes[i] == read++);
  }
  size_t count;
  while ((count = console_read(bytes, sizeof bytes)) > 0)
    for (size_t i = 0; i < count; i++) CHECK((uint8_t)bytes[i] == read++);
  CHECK(read == given && !console_waits());
  CHECK(fake_give(fake, 0, "", 0)); /* nothing, said loudly */
  CHECK(fake_give(fake, 0, "x", 1) && console_read(bytes, 2) == 1 && bytes[0] == 'x');
}

void test_console(void) {
  static struct fake_device fake, second;
  char bytes[4];
  CHECK(console_write("text", 4) == 0 && console_read(bytes, 4) == 0 && !console_waits());
  fake_begin(&fake, VIRTIO_CONSOLE, handle);
  fake.gives[0] = true;
  for (size_t pages = 0; pages < 11; pages++) {
    fake_pages_left = pages;
    CHECK(console_begin(&fake.device) == HAL_NO_MEMORY && fake.status == 0 && fake_pages_taken == 0);
  }
  fake_pages_left = SIZE_MAX;
  CHECK(console_begin(&fake.device) == HAL_OK);
  fake_begin(&second, VIRTIO_CONSOLE, handle);
  CHECK(console_begin(&second.device) == HAL_INVALID);
  test_write();
  test_read(&fake);
  fake.defect = NEVER_ANSWERS;
  CHECK(console_write("text", 4) == 0);
  fake.defect = NO_DEFECT;
  CHECK(console_write("text", 4) == 0 && console_read(bytes, 4) == 0 && !console_waits());
}
