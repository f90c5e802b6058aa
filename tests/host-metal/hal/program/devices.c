/* Console input, time and entropy. */
#include "program.h"

/* Returns what it reads until a line ends, and waits for it without a deadline. */
int test_echo(void) {
  char line[64];
  size_t length = 0;
  say("ready");
  while (length == 0 || line[length - 1] != '\n') {
    hal_idle(HAL_FOREVER);
    length += hal_console_read(line + length, sizeof line - length);
  }
  hal_console_write(line, length);
  return 0;
}

int test_time(void) {
  uint64_t asked = option_number("milliseconds") * 1000000, before = hal_clock(), last = before;
  while (last < before + asked) {
    hal_idle(before + asked);
    uint64_t now = hal_clock();
    if (now < last) return 1;
    last = now;
  }
  say("waited");
  hal_idle(before); /* in the past: does not wait */
  say("not waited");
  return 0;
}

int test_entropy(void) {
  uint8_t bytes[2][19] = {0};
  if (!hal_entropy(bytes[0], sizeof bytes[0]) || !hal_entropy(bytes[1], sizeof bytes[1])) {
    say("no source");
    return 0;
  }
  say("% bytes, same %", sizeof bytes[0], (uint64_t)(__builtin_memcmp(bytes[0], bytes[1], 19) == 0));
  return 0;
}

/* The end comes right after the last byte, which has to arrive all the same. */
int test_flood(void) {
  for (uint64_t i = 0; i < 500; i++) say("line %", i);
  return 0;
}
