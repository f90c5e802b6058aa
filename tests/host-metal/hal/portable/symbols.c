/* symbols.h: a good table, and every table that differs from it in one byte or is cut. */
#include "../../../../host-metal/hal/portable/symbols.h"

#include "check.h"

static const uint32_t HEAD[] = {3, 50, 0x1000, 32, 0x1010, 38, 0x2000, 44};
static const char NAMES[] = "first\0other\0last.";

static void *copy(size_t size) {
  uint8_t whole[50];
  memcpy(whole, HEAD, 32);
  memcpy(whole + 32, NAMES, 18);
  void *bytes = malloc(size); /* of that size, so that a byte too far is seen */
  memcpy(bytes, whole, size);
  return bytes;
}

static const char *name_of(const void *table, size_t size, uint64_t address) {
  uint64_t offset;
  return symbols_find(table, size, address, &offset);
}

void test_symbols(void) {
  uint8_t *table = copy(50);
  uint64_t offset;
  CHECK(name_of(table, 50, 0xfff) == NULL);
  CHECK(strcmp(symbols_find(table, 50, 0x1000, &offset), "first") == 0 && offset == 0);
  CHECK(strcmp(symbols_find(table, 50, 0x100f, &offset), "first") == 0 && offset == 15);
  CHECK(strcmp(name_of(table, 50, 0x1010), "other") == 0);
  CHECK(strcmp(name_of(table, 50, UINT64_MAX), "last.") == 0);
  free(table);

  CHECK(name_of(NULL, 0, 0x1000) == NULL);
  for (size_t size = 1; size < 50; size++) {
    table = copy(size);
    CHECK(name_of(table, size, 0x1000) == NULL);
    free(table);
  }
  for (int at = 0; at < 50; at++) {
    for (int value = 0; value < 256; value++) {
      table = copy(50);
      table[at] = (uint8_t)value;
      const char *name = name_of(table, 50, 0x1010);
      CHECK(name == NULL || strlen(name) < 18);
      free(table);
    }
  }
}
