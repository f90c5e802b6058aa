/* Block devices: what is on them, what is written, what is refused. */
#include "program.h"

static uint64_t sum_of(const uint8_t *bytes, size_t length) {
  uint64_t sum = 0;
  for (size_t i = 0; i < length; i++) sum += bytes[i] * (uint64_t)(i % 251 + 1);
  return sum;
}

static void say_info(size_t number) {
  struct hal_block_info info;
  uint64_t status = hal_block_info(number, &info);
  say("device %: status %, sectors %, read-only %", (uint64_t)number, status, info.sectors,
      (uint64_t)info.read_only);
}

/* `memory` holds more than the driver moves at once, and its pages lie anywhere. */
int test_block_read(void) {
  struct hal_memory memory;
  hal_memory_reserve(&memory);
  hal_memory_grow(&memory, 512 << 10);
  say("devices %", (uint64_t)hal_block_count());
  say_info(0);
  uint64_t status = hal_block_read(0, 0, memory.base, 512);
  hal_console_write(memory.base, 16);
  say("first: %", status);
  status = hal_block_read(0, 3, memory.base + 1, 200 * HAL_SECTOR);
  say("many: %, sum %", status, sum_of(memory.base + 1, 200 * HAL_SECTOR));
  say("none: %", (uint64_t)hal_block_read(0, 256, memory.base, 0));
  return 0;
}

int test_block_write(void) {
  struct hal_memory memory;
  hal_memory_reserve(&memory);
  hal_memory_grow(&memory, 512 << 10);
  for (size_t i = 0; i < 201 * HAL_SECTOR; i++) memory.base[i] = (uint8_t)(i * 7 + i / 512);
  uint64_t status = hal_block_write(0, 2, memory.base, 201 * HAL_SECTOR);
  say("written %, sum %", status, sum_of(memory.base, 201 * HAL_SECTOR));
  say("flushed %", (uint64_t)hal_block_flush(0));
  __builtin_memset(memory.base, 0, 201 * HAL_SECTOR);
  status = hal_block_read(0, 2, memory.base, 201 * HAL_SECTOR);
  say("read %, sum %", status, sum_of(memory.base, 201 * HAL_SECTOR));
  return 0;
}

int test_block_mistakes(void) {
  static uint8_t bytes[1024];
  say("no device % %", (uint64_t)hal_block_read(2, 0, bytes, 512), (uint64_t)hal_block_flush(SIZE_MAX));
  say("half a sector %", (uint64_t)hal_block_read(0, 0, bytes, 100));
  say("beyond the end % %", (uint64_t)hal_block_read(0, 255, bytes, 1024),
      (uint64_t)hal_block_write(0, UINT64_MAX, bytes, 512));
  say_info(1);
  say("read only: read %, write %", (uint64_t)hal_block_read(1, 0, bytes, 512),
      (uint64_t)hal_block_write(1, 0, bytes, 512));
  return 0;
}
