/* text.h against the C library's formats. */
#include "../../../../host-metal/hal/portable/text.h"

#include "check.h"

static void same(const struct text *text, const char *expected) {
  CHECK(text->length == strlen(expected) && memcmp(text->bytes, expected, text->length) == 0);
}

void test_text(void) {
  uint64_t seed = 12345;
  char expected[64];
  for (int i = 0; i < 2000; i++) {
    uint64_t number = draw(&seed) >> draw(&seed) % 64;
    int digits = 1 + (int)(draw(&seed) % 16);
    struct text text = {0};
    text_decimal(&text, number);
    text_string(&text, " ");
    text_hex(&text, number, digits);
    uint64_t kept = digits == 16 ? number : number & ((1ull << digits * 4) - 1);
    snprintf(expected, sizeof expected, "%llu %0*llx", (unsigned long long)number, digits, (unsigned long long)kept);
    same(&text, expected);
  }
  struct text full = {0};
  for (int i = 0; i < 100; i++) text_string(&full, "12345");
  CHECK(full.length == TEXT_MOST && full.bytes[TEXT_MOST - 1] == '1');
}
