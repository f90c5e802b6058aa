/*
 * Four levels of tables of 512 entries. A table lies in a page at its own address,
 * so that it is reached without being mapped anywhere else.
 *
 *     │ 63 no execution │ 51..12 address │ 7 large │ 4 no cache │ 2 user │ 1 writable │ 0 present │
 *
 * Tables say of all that they lead to that ring 3 may: each page says for itself whether.
 */
#include "paging.h"

#include "../hal.h"
#include "image.h"
#include "layout.h"
#include "ring.h"

#define WRITE_THROUGH 0x8ull
#define NO_CACHE 0x10ull
#define LARGE 0x80ull
#define NO_EXECUTION (1ull << 63)
#define ADDRESS 0x000ffffffffff000ull
#define OF_TABLES (PAGE_USER | PAGE_WRITABLE | PAGE_PRESENT)

#define PAGE_SHIFT 12
#define LARGE_SHIFT 21
#define ROOT_SHIFT 39
#define LARGE_PAGE (1ull << LARGE_SHIFT)
#define BOOT_MAPPED (1ull << 30)

extern uint64_t boot_root[512], boot_directory[512];

static uint64_t *table_of(uint64_t entry) {
  return (uint64_t *)(entry & ADDRESS);
}

static uint64_t *entry_of(uint64_t *table, uint64_t address, int shift) {
  return &table[address >> shift & 511];
}

/* After an entry was removed: no translation that used it may stay (section 5.5.2). */
static void forget_translations(void) {
  uint64_t root;
  __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root) : : "memory");
}

/* The entry for `address` in a table of the level `shift`, whose upper tables are made; NULL: no memory. */
static uint64_t *walk(uint64_t address, int shift) {
  uint64_t *table = boot_root;
  for (int level = ROOT_SHIFT; level > shift; level -= 9) {
    uint64_t *entry = entry_of(table, address, level);
    if ((*entry & PAGE_PRESENT) == 0) {
      void *page = hal_pages_take(1);
      if (page == NULL) return NULL;
      *entry = (uint64_t)page | OF_TABLES;
    }
    if ((*entry & LARGE) != 0) return entry;
    table = table_of(*entry);
  }
  return entry_of(table, address, shift);
}

static uint64_t *walk_or_panic(uint64_t address, int shift) {
  uint64_t *entry = walk(address, shift);
  if (entry == NULL) hal_panic("no memory for page tables");
  return entry;
}

/* Parts of the image that are the program's are open to its ring. */
static uint64_t part_of(uint64_t address) {
  bool text = address >= (uint64_t)program_text && address < (uint64_t)image_text_end;
  bool constants = address >= (uint64_t)program_rodata && address < (uint64_t)image_rodata_end;
  bool data = address >= (uint64_t)program_data && address < (uint64_t)program_data_end;
  return address | PAGE_PRESENT | (text || constants || data ? ring_page : 0);
}

/* How a page below BOOT_MAPPED may be used. Page 0 is nobody's: a pointer to it is a mistake. */
static uint64_t use_of(uint64_t address) {
  if (address == 0) return 0;
  if (address < (uint64_t)image_start || address >= (uint64_t)image_end)
    return address | NO_EXECUTION | PAGE_WRITABLE | PAGE_PRESENT;
  if (address < (uint64_t)image_text_end) return part_of(address);
  if (address < (uint64_t)image_rodata_end) return part_of(address) | NO_EXECUTION;
  return part_of(address) | NO_EXECUTION | PAGE_WRITABLE;
}

/* Replaces the large page at `start` by small ones, each with its own use. */
static void split(uint64_t start) {
  uint64_t *table = hal_pages_take(1);
  if (table == NULL) hal_panic("no memory for page tables");
  for (uint64_t i = 0; i < 512; i++) table[i] = use_of(start + i * HAL_PAGE);
  *entry_of(boot_directory, start, LARGE_SHIFT) = (uint64_t)table | OF_TABLES;
}

static void map_memory_above(uint64_t start, uint64_t end) {
  for (uint64_t at = start / LARGE_PAGE * LARGE_PAGE; at < end; at += LARGE_PAGE)
    *walk_or_panic(at, LARGE_SHIFT) = at | NO_EXECUTION | LARGE | PAGE_WRITABLE | PAGE_PRESENT;
}

void paging_begin(const struct memory_map *map) {
  boot_root[0] |= OF_TABLES;
  *table_of(boot_root[0]) |= OF_TABLES;
  for (uint64_t at = 0; at < BOOT_MAPPED; at += LARGE_PAGE) {
    bool mixed = at == 0 || (at + LARGE_PAGE > (uint64_t)image_start && at < (uint64_t)image_end);
    if (mixed)
      split(at);
    else
      *entry_of(boot_directory, at, LARGE_SHIFT) |= NO_EXECUTION;
  }
  forget_translations();
  for (size_t i = 0; i < map->count; i++) {
    const struct memory_range *range = &map->ranges[i];
    uint64_t start = range->start < BOOT_MAPPED ? BOOT_MAPPED : range->start;
    uint64_t end = range->end > MEMORY_MAP_END ? MEMORY_MAP_END : range->end;
    if (range->usable && start < end) map_memory_above(start, end);
  }
}

bool paging_map(uint64_t start, uint64_t size) {
  for (uint64_t at = start; at < start + size; at += HAL_PAGE) {
    void *page = hal_pages_take(1);
    uint64_t *entry = page == NULL ? NULL : walk(at, PAGE_SHIFT);
    if (entry == NULL) {
      if (page != NULL) hal_pages_give(page, 1);
      /* One page further than what is mapped: tables may have been made for it. */
      paging_unmap(start, at + HAL_PAGE - start);
      return false;
    }
    *entry = (uint64_t)page | NO_EXECUTION | ring_page | PAGE_WRITABLE | PAGE_PRESENT;
  }
  return true;
}

/* Steps over what a missing table would map. */
bool paging_is_free(uint64_t start, uint64_t size) {
  uint64_t at = start;
  while (at < start + size) {
    int shift = ROOT_SHIFT;
    uint64_t *entry = entry_of(boot_root, at, shift);
    for (; (*entry & PAGE_PRESENT) != 0 && shift > PAGE_SHIFT; shift -= 9)
      entry = entry_of(table_of(*entry), at, shift - 9);
    if ((*entry & PAGE_PRESENT) != 0) return false;
    at = ((at >> shift) + 1) << shift;
  }
  return true;
}

uint64_t paging_rights(uint64_t address) {
  uint64_t rights = OF_TABLES;
  const uint64_t *table = boot_root;
  for (int shift = ROOT_SHIFT; (rights & PAGE_PRESENT) != 0 && shift >= PAGE_SHIFT; shift -= 9) {
    uint64_t entry = table[address >> shift & 511];
    rights &= entry;
    if ((entry & LARGE) != 0) break;
    table = table_of(entry);
  }
  return (rights & PAGE_PRESENT) == 0 ? 0 : rights;
}

/* Small pages in place of a large one, which map the same. False: no memory for their table. */
static bool divide(uint64_t *entry) {
  uint64_t *table = hal_pages_take(1);
  if (table == NULL) return false;
  for (uint64_t i = 0; i < 512; i++) table[i] = (*entry & ~LARGE) + i * HAL_PAGE;
  *entry = (uint64_t)table | OF_TABLES;
  return true;
}

bool paging_change(uint64_t start, uint64_t size, uint64_t taken, uint64_t set) {
  for (uint64_t at = start; at < start + size; at += HAL_PAGE) {
    uint64_t *entry = walk(at, PAGE_SHIFT);
    if (entry == NULL) return false;
    if ((*entry & LARGE) != 0) {
      if (!divide(entry)) return false;
      entry = walk(at, PAGE_SHIFT);
    }
    *entry = (*entry & ~taken) | set;
  }
  forget_translations();
  return true;
}

static bool is_empty(const uint64_t *table) {
  for (int i = 0; i < 512; i++)
    if (table[i] != 0) return false;
  return true;
}

/* Gives back what `table`, of the level `shift`, maps of [start, end). */
static void unmap_below(uint64_t *table, int shift, uint64_t start, uint64_t end) {
  uint64_t next;
  for (uint64_t at = start; at < end; at = next) {
    next = ((at >> shift) + 1) << shift;
    uint64_t *entry = entry_of(table, at, shift);
    if ((*entry & PAGE_PRESENT) == 0) continue;
    if (shift > PAGE_SHIFT) {
      unmap_below(table_of(*entry), shift - 9, at, next < end ? next : end);
      if (!is_empty(table_of(*entry))) continue;
    }
    hal_pages_give(table_of(*entry), 1);
    *entry = 0;
  }
}

void paging_unmap(uint64_t start, uint64_t size) {
  unmap_below(boot_root, ROOT_SHIFT, start, start + size);
  forget_translations();
}

static void map_registers(uint64_t at, uint64_t page) {
  uint64_t *entry = walk_or_panic(at, PAGE_SHIFT);
  if ((*entry & LARGE) == 0) *entry = page | NO_EXECUTION | NO_CACHE | WRITE_THROUGH | PAGE_WRITABLE | PAGE_PRESENT;
}

uint64_t paging_map_device(uint64_t start, uint64_t size) {
  static uint64_t next = DEVICES_START;
  if (start > ADDRESS || size > ADDRESS - start) return 0;
  uint64_t first = start / HAL_PAGE * HAL_PAGE, length = (start + size + HAL_PAGE - 1) / HAL_PAGE * HAL_PAGE - first;
  uint64_t place = first + length <= DEVICES_START ? first : next;
  if (place == next) {
    if (length > STACKS_START - next) return 0;
    next += length;
  }
  for (uint64_t at = 0; at < length; at += HAL_PAGE) map_registers(place + at, first + at);
  return place + start - first;
}
