/*
 * The console's input: what is typed, which has no end; or, with `input=<bytes>` on the
 * command line, that much from the start of the first disk, and then the end.
 */
#include <string.h>

#include "../../../hal/hal.h"
#include "../platform.h"
#include "words.h"

#define INPUT_MOST 4096
#define TYPED UINT64_MAX

/* What is there and has not been read. */
static uint8_t input[INPUT_MOST];
static size_t input_start;
static size_t input_end;
/* Of the disk. */
static uint64_t sector;

/* How long the input is; TYPED where nobody knows. */
static uint64_t length_on_disk(void) {
  static bool known;
  static uint64_t length;
  if (!known) length = word_number("input", TYPED);
  known = true;
  return length;
}

static void read_disk(void) {
  const uint64_t left = length_on_disk() - sector * HAL_SECTOR;
  const size_t sectors = left < sizeof input ? (size_t)(left + HAL_SECTOR - 1) / HAL_SECTOR : sizeof input / HAL_SECTOR;
  if (hal_block_read(0, sector, input, sectors * HAL_SECTOR) != HAL_OK)
    hal_panic("the first disk cannot be read as far as input= says");
  sector += sectors;
  input_end = left < sizeof input ? (size_t)left : sizeof input;
}

/* False: nothing has been typed, or that was the end. */
static bool take_input(void) {
  if (input_start == input_end) input_start = input_end = 0;
  if (length_on_disk() == TYPED) input_end += hal_console_read(input + input_end, sizeof input - input_end);
  else if (input_end == 0 && sector * HAL_SECTOR < length_on_disk()) read_disk();
  return input_start < input_end;
}

size_t platform_read(void *bytes, size_t most) {
  while (!take_input() && length_on_disk() == TYPED) hal_idle(HAL_FOREVER);
  const size_t count = most < input_end - input_start ? most : input_end - input_start;
  memcpy(bytes, input + input_start, count);
  input_start += count;
  return count;
}

/* What is typed while nobody asks is kept, so that it does not wake the machine again. */
bool platform_idle(uint64_t until, bool wanted) {
  if (wanted && (take_input() || length_on_disk() != TYPED)) return true;
  take_input();
  hal_idle(until);
  return take_input() && wanted;
}
