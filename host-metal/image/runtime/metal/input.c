/* The console's input. Where it ends is told by the control line; otherwise it has no end. */
#include <string.h>

#include "../../../hal/hal.h"
#include "../platform.h"
#include "control.h"

#define INPUT_MOST 4096

/* What has been typed and not read. */
static uint8_t input[INPUT_MOST];
static size_t input_start;
static size_t input_end;
/* In the machine's whole life. */
static uint64_t input_taken;

static bool take_input(void) {
  if (input_start == input_end) input_start = input_end = 0;
  const size_t count = hal_console_read(input + input_end, sizeof input - input_end);
  input_end += count;
  input_taken += count;
  return input_start < input_end;
}

/* Or its end. */
static bool has_input(void) {
  control_look();
  return take_input() || control_input_ended(input_taken);
}

size_t platform_read(void *bytes, size_t most) {
  control_want_input();
  while (!has_input()) hal_idle(HAL_FOREVER);
  const size_t there = input_end - input_start;
  const size_t count = most < there ? most : there;
  memcpy(bytes, input + input_start, count);
  input_start += count;
  return count;
}

/* What is typed while nobody asks is kept, so that it does not wake the machine again. */
bool platform_idle(uint64_t until, bool wanted) {
  if (wanted) control_want_input();
  if (has_input() && wanted) return true;
  if (!control_has_news()) hal_idle(until);
  return has_input() && wanted;
}
