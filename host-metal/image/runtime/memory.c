/*
 * Linear memories in address space of their own, so that most need no checks.
 *
 *      data             size               4 GiB                    8 GiB + 64 KiB
 *      | pages in use   | not accessible    | reached by offsets     |
 *
 * An address is an i32 plus an offset of 32 bits: it lies below 8 GiB, and what is
 * accessed there ends below that and 64 KiB. Where each access is compared with the
 * size, what a memory may grow to is reserved and no more. Pages of another size
 * than 64 KiB, and memories of 64 bits, are always compared by wasm2c's code.
 */
#include "memory.h"

#include <string.h>

#include "message.h"
#include "platform.h"
#include "wasm-rt.h"

#define GIB (1024ull * 1024 * 1024)
#define GUARDED_BYTES (8 * GIB + 65536)
/* A host has no more, whatever a module says. */
#define MOST_BYTES (4 * GIB)
#define MOST_MEMORIES 16384
#define MOST_ENTRIES 10000000u

static struct {
  uintptr_t start;
  uintptr_t end;
} spaces[MOST_MEMORIES];
static size_t space_count;

void memory_out(const char *what) {
  message_put("atoll: there is no room for ");
  message_put(what);
  message_put(".\n");
  platform_exit(1);
}

bool memory_is_reserved(uintptr_t address) {
  for (size_t i = 0; i < space_count; i++)
    if (address >= spaces[i].start && address < spaces[i].end) return true;
  return false;
}

static uint64_t whole_pages(uint64_t bytes) {
  return (bytes + PLATFORM_PAGE - 1) & ~(uint64_t)(PLATFORM_PAGE - 1);
}

static void *reserved(uint64_t bytes, const char *what) {
  void *space = platform_reserve(bytes);
  if (space == NULL) memory_out(what);
  return space;
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint64_t pages, uint64_t most, bool is64,
                             uint32_t page_size) {
  uint64_t limit = MOST_BYTES / page_size;
  memory->is64 = is64;
  memory->page_size = page_size;
  memory->pages = 0;
  memory->size = 0;
  memory->max_pages = least(most, limit);
  /* Guards or not is said of each module, and a memory may be imported by one of the other kind. */
  bool guarded = !is64 && page_size == 65536;
  uint64_t bytes = guarded ? GUARDED_BYTES : whole_pages(memory->max_pages * page_size) + PLATFORM_PAGE;
  if (space_count == MOST_MEMORIES) memory_out("another memory");
  memory->data = reserved(bytes, "a memory's address space");
  spaces[space_count].start = (uintptr_t)memory->data;
  spaces[space_count].end = (uintptr_t)memory->data + bytes;
  space_count++;
  if (wasm_rt_grow_memory(memory, pages) == (uint64_t)-1) memory_out("a memory");
}

uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint64_t pages) {
  uint64_t old = memory->pages;
  if (pages > memory->max_pages - old) return (uint64_t)-1;
  uint64_t size = (old + pages) * memory->page_size;
  uint64_t there = whole_pages(memory->size);
  uint64_t wanted = whole_pages(size);
  if (wanted > there && !platform_commit(memory->data + there, wanted - there)) return (uint64_t)-1;
  memory->pages = old + pages;
  memory->size = size;
  memory->data_end = memory->data + size;
  return old;
}

void *memory_stack(size_t bytes) {
  uint8_t *space = reserved(STACK_GUARD + bytes, "a stack's address space");
  if (!platform_commit(space + STACK_GUARD, bytes)) memory_out("a stack");
  return space + STACK_GUARD;
}

/* Room for all entries that a table may have; those that it has not yet are no memory. */
static void *entries(uint32_t *most, size_t size) {
  if (*most > MOST_ENTRIES) *most = MOST_ENTRIES;
  return *most == 0 ? NULL : reserved(whole_pages((uint64_t)*most * size), "a table's address space");
}

static bool commit_entries(void *data, size_t size, uint32_t from, uint32_t to) {
  uint64_t there = whole_pages((uint64_t)from * size);
  uint64_t wanted = whole_pages((uint64_t)to * size);
  return wanted == there || platform_commit((uint8_t *)data + there, wanted - there);
}

#define DEFINE_TABLE(kind)                                                                          \
  uint32_t wasm_rt_grow_##kind##_table(wasm_rt_##kind##_table_t *table, uint32_t more,              \
                                       wasm_rt_##kind##_t with) {                                   \
    uint32_t old = table->size;                                                                     \
    if (more > table->max_size - old) return (uint32_t)-1;                                          \
    if (!commit_entries(table->data, sizeof with, old, old + more)) return (uint32_t)-1;            \
    for (uint32_t i = old; i < old + more; i++) table->data[i] = with;                              \
    table->size = old + more;                                                                       \
    return old;                                                                                     \
  }                                                                                                 \
  void wasm_rt_allocate_##kind##_table(wasm_rt_##kind##_table_t *table, uint32_t size, uint32_t most) { \
    table->size = 0;                                                                                \
    table->max_size = most;                                                                         \
    table->data = entries(&table->max_size, sizeof *table->data);                                   \
    if (wasm_rt_grow_##kind##_table(table, size, wasm_rt_##kind##_null_value) == (uint32_t)-1)      \
      memory_out("a table");                                                                        \
  }

DEFINE_TABLE(funcref)
DEFINE_TABLE(externref)
