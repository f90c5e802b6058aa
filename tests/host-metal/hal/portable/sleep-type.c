/* sleep-type.h: packages of QEMU and of others, and any bytes. */
#include "../../../../host-metal/hal/portable/sleep-type.h"

#include "check.h"

/* In memory of its size, so that a byte too far is seen. */
static bool find(const void *code, size_t length, uint8_t types[2]) {
  uint8_t *copy = malloc(length + (length == 0));
  memcpy(copy, code, length);
  bool found = sleep_type_find(copy, length, types);
  free(copy);
  return found;
}

static void good(const char *code, size_t length, uint8_t first, uint8_t second) {
  uint8_t types[2];
  CHECK(find(code, length, types) && types[0] == first && types[1] == second);
  for (size_t i = 0; i + 2 < length; i++) find(code, i, types);
}
#define GOOD(code, first, second) good(code, sizeof code - 1, first, second)

static void bad(const char *code, size_t length) {
  uint8_t types[2];
  CHECK(!find(code, length, types));
}
#define BAD(code) bad(code, sizeof code - 1)

/* Random bytes, most of them those that mean something. */
static void any(void) {
  static const uint8_t BYTES[] = {0x08, '\\', '_', 'S', '5', '_', 0x12, 0x06, 0x40, 0xc0, 0x04, 0x0a, 0x05, 0x00};
  for (int i = 0; i < 20000; i++) {
    uint8_t code[24], types[2];
    size_t length = (size_t)(rand() % 25);
    memcpy(code, "\x08_S5_\x12\x06\x02\x0a\x05\x0a\x05", 12);
    for (size_t at = (size_t)(rand() % 12); at < length; at++) code[at] = BYTES[(size_t)rand() % sizeof BYTES];
    if (find(code, length, types)) CHECK(types[0] <= 7 && types[1] <= 7);
  }
}

void test_sleep_type(void) {
  GOOD("\x08_S5_\x12\x06\x04\x00\x00\x00\x00", 0, 0);
  GOOD("_S5_\x08\x08_S5_\x12\x07\x02\x0a\x05\x01", 5, 1);
  GOOD("..\x08\\_S5_\x12\x47\x00\x04\x0a\x07\x0a\x06\x00\x00", 7, 6);
  BAD("");
  BAD("\x08_S4_\x12\x06\x04\x00\x00\x00\x00");
  BAD("\x08_S5_\x12\x06\x01\x00\x00");
  BAD("\x08_S5_\x12\x06\x02\x0a\x08\x00");
  BAD("\x08_S5_\x12\x06\x04\x00");
  BAD("\x08_S5_\x12\xc6");
  BAD("_S5_\x12\x06\x04\x00\x00\x00\x00");
  any();
}
