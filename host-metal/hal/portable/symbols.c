/* See symbols.h. */
#include "symbols.h"

struct header {
  uint32_t count;
  uint32_t size;
};

struct entry {
  uint32_t address;
  uint32_t name;
};

/* The last entry at or below `address`; -1: none. */
static int64_t last_below(const struct entry *entries, uint32_t count, uint64_t address) {
  int64_t low = -1, high = count;
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (entries[middle].address <= address)
      low = middle;
    else
      high = middle;
  }
  return low;
}

const char *symbols_find(const void *table, size_t size, uint64_t address, uint64_t *offset) {
  const struct header *header = table;
  if (size < sizeof *header || header->size != size) return NULL;
  if (header->count > (size - sizeof *header) / sizeof(struct entry)) return NULL;
  const struct entry *entries = (const struct entry *)(header + 1);
  int64_t found = last_below(entries, header->count, address);
  if (found < 0 || entries[found].name >= size) return NULL;
  const char *last = (const char *)table + size - 1;
  if (*last != 0) return NULL;
  *offset = address - entries[found].address;
  return (const char *)table + entries[found].name;
}
