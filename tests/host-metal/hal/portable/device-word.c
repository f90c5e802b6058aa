/* device-word.h: words of QEMU and Firecracker, and what is none. */
#include "../../../../host-metal/hal/portable/device-word.h"

#include "check.h"

static void good(const char *word, uint64_t size, uint64_t address, uint32_t line) {
  struct device_word place;
  CHECK(device_word_read(word, &place));
  CHECK(place.size == size && place.address == address && place.line == line);
}

void test_device_word(void) {
  good("512@0xfeb00e00:12", 512, 0xfeb00e00, 12);
  good("4K@0xd0000000:5", 4096, 0xd0000000, 5);
  good("0x1000@3489660928:5:3", 4096, 0xd0000000, 5);
  good("1M@0XABCDEF00:0x10", 1 << 20, 0xabcdef00, 16);
  static const char *const BAD[] = {
      "",          "512",         "512@",         "512@0x1000",      "512@0x1000:",     "@0x1000:5",
      "512@:5",    "512@0x:5",    "0x@0x1000:5",  "512@0x1000:5:",   "512@0x1000:5:x",  "512@0x1000:5 ",
      "255@0x1000:5", "2M@0x1000:5", "1025K@0x1000:5", "99999999999999999999M@0x1000:5",
      "512@0xffffffffffffffff:5", "512@0x1000:4294967296", "-512@0x1000:5", "512@-1:5", "512@0x1000:abc",
  };
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    struct device_word place;
    char *copy = strdup(BAD[i]); /* of its size, so that a byte too far is seen */
    CHECK(!device_word_read(copy, &place));
    free(copy);
  }
}
