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
/*
 * Spaces are as large as each other, and some processors guess by the low half of an address which line of
 * the cache it means: a copy from one memory to the same place in another took twice as long.
 */
#define STARTS 16
#define START_DISTANCE (5 * PLATFORM_PAGE)
#define MOST_MEMORIES 16384
#define MOST_ENTRIES 10000000u
/* Address space for all that has no address space of its own. */
#define ROOM_BYTES (4 * GIB)
#define ROOM_ALIGNMENT 16

static struct {
  uintptr_t start;
  uintptr_t end;
} spaces[MOST_MEMORIES];
static size_t space_count;

static uint8_t *room;
static size_t room_used;
static size_t room_there;

/* Whether something is tried, and what there was before. */
static bool trying;
static size_t spaces_before;
static size_t used_before;

void memory_out(const char *what) {
  if (trying) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
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

void *memory_room(size_t bytes) {
  if (room == NULL) room = reserved(ROOM_BYTES, "tables");
  const size_t start = (room_used + ROOM_ALIGNMENT - 1) & ~(size_t)(ROOM_ALIGNMENT - 1);
  if (bytes > ROOM_BYTES - start) return NULL;
  const size_t wanted = whole_pages(start + bytes);
  if (wanted > room_there && !platform_commit(room + room_there, wanted - room_there)) return NULL;
  if (wanted > room_there) room_there = wanted;
  room_used = start + bytes;
  return room + start;
}

void memory_try(void) {
  trying = true;
  spaces_before = space_count;
  used_before = room_used;
}

void memory_keep(void) { trying = false; }

void memory_give_back(void) {
  trying = false;
  memset(room + used_before, 0, room_used - used_before);
  room_used = used_before;
  while (space_count > spaces_before) {
    const uintptr_t start = spaces[--space_count].start;
    platform_release((void *)start, spaces[space_count].end - start);
  }
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
  const uint64_t start = (space_count % STARTS) * START_DISTANCE;
  uint8_t *space = reserved(bytes + start, "a memory's address space");
  memory->data = space + start;
  spaces[space_count].start = (uintptr_t)space;
  spaces[space_count].end = (uintptr_t)space + start + bytes;
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

/* A table that is full moves to twice the room; whoever reads it looks where it lies each time. */
static void *larger(const void *data, size_t bytes, size_t wanted) {
  void *moved = memory_room(wanted);
  if (moved != NULL && bytes > 0) memcpy(moved, data, bytes);
  return moved;
}

static uint32_t capacity_for(uint32_t entries, uint32_t capacity, uint32_t most) {
  const uint64_t wanted = entries > 2 * (uint64_t)capacity ? entries : 2 * (uint64_t)capacity;
  return (uint32_t)least(wanted, most);
}

#define DEFINE_TABLE(kind)                                                                          \
  uint32_t wasm_rt_grow_##kind##_table(wasm_rt_##kind##_table_t *table, uint32_t more,              \
                                       wasm_rt_##kind##_t with) {                                   \
    uint32_t old = table->size;                                                                     \
    if (more > table->max_size - old) return (uint32_t)-1;                                          \
    if (old + more > table->capacity) {                                                             \
      uint32_t capacity = capacity_for(old + more, table->capacity, table->max_size);               \
      void *moved = larger(table->data, old * sizeof with, capacity * sizeof with);                 \
      if (moved == NULL) return (uint32_t)-1;                                                       \
      table->data = moved;                                                                          \
      table->capacity = capacity;                                                                   \
    }                                                                                               \
    for (uint32_t i = old; i < old + more; i++) table->data[i] = with;                              \
    table->size = old + more;                                                                       \
    return old;                                                                                     \
  }                                                                                                 \
  void wasm_rt_allocate_##kind##_table(wasm_rt_##kind##_table_t *table, uint32_t size, uint32_t most) { \
    table->size = 0;                                                                                \
    table->capacity = 0;                                                                            \
    table->max_size = most < MOST_ENTRIES ? most : MOST_ENTRIES;                                    \
    table->data = NULL;                                                                             \
    if (wasm_rt_grow_##kind##_table(table, size, wasm_rt_##kind##_null_value) == (uint32_t)-1)      \
      memory_out("a table");                                                                        \
  }

DEFINE_TABLE(funcref)
DEFINE_TABLE(externref)
