#include "utf8.h"

struct lead {
  uint8_t first, last;
  /* Bytes in all, and what the second may be. */
  uint8_t length, low, high;
};

static const struct lead LEADS[] = {
    {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

static const struct lead *lead_of(uint8_t byte) {
  for (size_t i = 0; i < sizeof LEADS / sizeof *LEADS; i++)
    if (byte >= LEADS[i].first && byte <= LEADS[i].last) return &LEADS[i];
  return NULL;
}

size_t utf8_next(const uint8_t *bytes, size_t count, size_t *bad) {
  if (bytes[0] < 0x80) return 1;
  const struct lead *lead = lead_of(bytes[0]);
  *bad = 1;
  if (lead == NULL) return 0;
  for (size_t i = 1; i < lead->length; i++) {
    const uint8_t low = i == 1 ? lead->low : 0x80;
    const uint8_t high = i == 1 ? lead->high : 0xbf;
    if (i >= count || bytes[i] < low || bytes[i] > high) return 0;
    *bad = i + 1;
  }
  return lead->length;
}

bool utf8_is_valid(const uint8_t *bytes, size_t count) {
  size_t bad;
  while (count > 0) {
    const size_t length = utf8_next(bytes, count, &bad);
    if (length == 0) return false;
    bytes += length;
    count -= length;
  }
  return true;
}
