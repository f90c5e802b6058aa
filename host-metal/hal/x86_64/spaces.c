/*
 * Memories of Wasm and stacks: places in the address space, and pages in them.
 */
#include "layout.h"
#include "../portable/machine.h"
#include "../portable/places.h"
#include "paging.h"
#include "spaces.h"

static uint64_t memory_words[PLACES_WORDS(MEMORY_PLACES)];
static uint64_t stack_words[PLACES_WORDS(STACK_PLACES)];
static struct places memories, stacks;

void spaces_begin(void) {
  places_begin(&memories, memory_words, MEMORY_PLACES);
  places_open(&memories, 0, MEMORY_PLACES);
  places_begin(&stacks, stack_words, STACK_PLACES);
  places_open(&stacks, 0, STACK_PLACES);
}

enum hal_status hal_memory_reserve(struct hal_memory *memory) {
  size_t place = places_take(&memories, 1);
  if (place == PLACES_NONE) return HAL_NO_ADDRESS;
  *memory = (struct hal_memory){(uint8_t *)(MEMORIES_START + place * HAL_MEMORY_SPAN), 0};
  return HAL_OK;
}

/* The number of the place that a memory of the program has; PLACES_NONE: it has none that begins there. */
static size_t place_of(uint64_t start) {
  if (start < MEMORIES_START || start >= MEMORIES_END || start % HAL_MEMORY_SPAN != 0) return PLACES_NONE;
  size_t place = (start - MEMORIES_START) / HAL_MEMORY_SPAN;
  return places_is_taken(&memories, place) ? place : PLACES_NONE;
}

enum hal_status hal_memory_map(const struct hal_memory *memory, uint64_t offset, uint64_t size) {
  uint64_t start = (uint64_t)memory->base + offset;
  if (place_of((uint64_t)memory->base) == PLACES_NONE) return HAL_INVALID;
  if (offset % HAL_PAGE != 0 || size % HAL_PAGE != 0) return HAL_INVALID;
  if (offset > HAL_MEMORY_SPAN || size > HAL_MEMORY_SPAN - offset) return HAL_INVALID;
  if (!paging_is_free(start, size)) return HAL_INVALID;
  if (size / HAL_PAGE > hal_pages_free()) return HAL_NO_MEMORY;
  return paging_map(start, size) ? HAL_OK : HAL_NO_MEMORY;
}

enum hal_status hal_memory_grow(struct hal_memory *memory, uint64_t size) {
  if (size < memory->size || size > HAL_MEMORY_MOST) return HAL_INVALID;
  enum hal_status status = hal_memory_map(memory, memory->size, size - memory->size);
  if (status == HAL_OK) memory->size = size;
  return status;
}

void hal_memory_release(struct hal_memory *memory) {
  uint64_t start = (uint64_t)memory->base;
  size_t place = place_of(start);
  if (place == PLACES_NONE || !places_give(&memories, place, 1))
    hal_panic("a memory is released that nobody has");
  paging_unmap(start, HAL_MEMORY_SPAN);
  *memory = (struct hal_memory){0};
}

/* Mapped at the upper end of its place: what lies below it is the guard region. */
enum hal_status machine_stack_take(size_t size, uint8_t **stack) {
  size_t place = places_take(&stacks, 1);
  if (place == PLACES_NONE) return HAL_NO_ADDRESS;
  uint64_t start = STACKS_START + (place + 1) * STACK_SPAN - size;
  if (!paging_map(start, size)) {
    places_give(&stacks, place, 1);
    return HAL_NO_MEMORY;
  }
  *stack = (uint8_t *)start;
  return HAL_OK;
}

/* All that is mapped of a place, up to its end: what is left of a stack would be under the next one. */
static bool is_whole_stack(uint64_t start, size_t size) {
  if (start < STACKS_START || start >= STACKS_END || size == 0 || size > HAL_STACK_MOST) return false;
  if (size % HAL_PAGE != 0 || (start + size) % STACK_SPAN != 0) return false;
  return paging_rights(start) != 0 && paging_rights(start - HAL_PAGE) == 0;
}

void machine_stack_give(uint8_t *stack, size_t size) {
  uint64_t start = (uint64_t)stack;
  if (!is_whole_stack(start, size) || !places_give(&stacks, (start - STACKS_START) / STACK_SPAN, 1))
    hal_panic("a stack is given back that nobody has");
  paging_unmap(start, size);
}
