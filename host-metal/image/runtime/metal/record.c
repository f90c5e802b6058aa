#include "record.h"

#include <string.h>

#include "../../../hal/hal.h"
#include "../platform.h"

#define BUFFER_BYTES 65536

static uint8_t buffer[BUFFER_BYTES];
static size_t filled;
static size_t disk;
static uint64_t sector;

bool platform_record_start(void) {
  const char *said = hal_option("record");
  if (said == NULL) return false;
  disk = *said >= '0' && *said <= '9' && said[1] == '\0' ? (size_t)(*said - '0') : SIZE_MAX;
  struct hal_block_info info;
  if (hal_block_info(disk, &info) != HAL_OK || info.read_only)
    hal_panic("record= says the number of a disk that can be written, and there is none");
  return true;
}

static void write_out(void) {
  const size_t sectors = (filled + HAL_SECTOR - 1) / HAL_SECTOR;
  memset(buffer + filled, 0, sectors * HAL_SECTOR - filled);
  if (hal_block_write(disk, sector, buffer, sectors * HAL_SECTOR) != HAL_OK)
    hal_panic("the disk of the event log is full, or cannot be written");
  sector += sectors;
  filled = 0;
}

void platform_record(const void *bytes, size_t count) {
  const uint8_t *from = bytes;
  while (count > 0) {
    const size_t room = sizeof buffer - filled;
    const size_t part = count < room ? count : room;
    memcpy(buffer + filled, from, part);
    filled += part;
    from += part;
    count -= part;
    if (filled == sizeof buffer) write_out();
  }
}

void record_end(void) {
  if (filled > 0) write_out();
}
