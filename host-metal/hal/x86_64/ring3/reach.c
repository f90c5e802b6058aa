/* See reach.h. Nothing else runs meanwhile, so what was true at the check stays true. */
#include "reach.h"

#include "../layout.h"
#include "../paging.h"

#define STRETCH_MOST (16ull << 20)

/* Addresses from the end on may be another way to write one below, for who looks into tables. */
static bool has_page(uint64_t address, uint64_t wanted) {
  return address < MEMORIES_END && (paging_rights(address) & wanted) == wanted;
}

static uint64_t next_page(uint64_t address) {
  return (address / HAL_PAGE + 1) * HAL_PAGE;
}

bool reach_has(uint64_t start, uint64_t length, bool writes, uint64_t *bad) {
  uint64_t wanted = PAGE_PRESENT | PAGE_USER | (writes ? PAGE_WRITABLE : 0);
  for (uint64_t at = start; at - start < length; at = next_page(at)) {
    if (has_page(at, wanted)) continue;
    *bad = at;
    return false;
  }
  return true;
}

uint64_t reach_end(uint64_t start) {
  uint64_t at = start;
  while (at - start < STRETCH_MOST && has_page(at, PAGE_PRESENT | PAGE_USER)) at = next_page(at);
  return at;
}
