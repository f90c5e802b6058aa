// A heap with one list of free blocks, and `cabi_realloc` on it.
#include "guest.h"

extern u8 __heap_base;
typedef struct header { struct header *next; u32 size; } header;

static u32 top;
static header *unused;
static u32 live;

static void grow_to(u32 end) {
  u32 have = __builtin_wasm_memory_size(0) << 16;
  if (end <= have) return;
  if (__builtin_wasm_memory_grow(0, (end - have + 0xffff) >> 16) == (unsigned long)-1) __builtin_trap();
}

void *allocate(u32 size, u32 align) {
  if (align > 8) __builtin_trap();
  size = (size + 7) & ~7u;
  live++;
  for (header **at = &unused; *at; at = &(*at)->next) {
    header *found = *at;
    if (found->size < size) continue;
    *at = found->next;
    return found + 1;
  }
  if (top == 0) top = ((u32)&__heap_base + 7) & ~7u;
  if (top + sizeof(header) + size < top) __builtin_trap();
  grow_to(top + sizeof(header) + size);
  header *made = (header *)top;
  top += sizeof(header) + size;
  made->size = size;
  return made + 1;
}

void release(void *block) {
  header *head = (header *)block - 1;
  head->next = unused;
  unused = head;
  live--;
}

u32 blocks(void) { return live; }

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  if (size == 0 && old_size == 0) return (void *)align;
  void *block = allocate(size, align);
  if (old_size > 0) {
    __builtin_memcpy(block, old, old_size < size ? old_size : size);
    release(old);
  }
  return block;
}

#if ENCODING == 1
#define WIDE 0x80000000u
#else
#define WIDE 0u
#endif

void release_string(string s) {
  if ((s.len & ~WIDE) != 0) release(s.ptr);
}

string concat(const string *parts, u32 count) {
  u32 units = 0, wide = 0;
  for (u32 i = 0; i < count; i++) {
    units += parts[i].len & ~WIDE;
    wide |= parts[i].len & WIDE;
  }
  if (units == 0) return (string){0, 0};
  string all = {allocate(wide ? units * 2 : units * sizeof(unit), 2), units | wide};
  u8 *to = (u8 *)all.ptr;
  for (u32 i = 0; i < count; i++) {
    u32 n = parts[i].len & ~WIDE;
    if (wide && !(parts[i].len & WIDE)) {
      for (u32 k = 0; k < n; k++) ((u16 *)to)[k] = parts[i].ptr[k];
    } else {
      __builtin_memcpy(to, parts[i].ptr, wide ? n * 2 : n * sizeof(unit));
    }
    to += wide ? n * 2 : n * sizeof(unit);
  }
  return all;
}
