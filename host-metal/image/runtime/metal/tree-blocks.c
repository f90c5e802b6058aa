#include "tree-blocks.h"

#include <stdbool.h>
#include <string.h>

#include "../platform.h"

/* Address space: numbers of blocks go so far. */
#define MOST_BLOCKS (1u << 20)
/* That are made readable at once. */
#define STEP 16u
#define LEAST_CELL 64u
/* 64, 128, 256 and 512 bytes. */
#define CELL_SIZES 4

struct free_block {
  uint32_t next;
};

struct free_cell {
  struct free_cell *next;
};

static uint8_t *space;
/* Number 0 is none. */
static uint32_t used = 1;
static uint32_t there;
static uint32_t limit = MOST_BLOCKS;
static uint32_t first_free;
static struct free_cell *free_cells[CELL_SIZES];

void *tree_block_at(uint32_t block) { return space + (uint64_t)block * TREE_BLOCK; }

static bool has_room(void) {
  if (space == NULL) space = platform_reserve((uint64_t)MOST_BLOCKS * TREE_BLOCK);
  if (space == NULL || used >= limit) return false;
  if (used < there) return true;
  const uint32_t more = MOST_BLOCKS - there < STEP ? MOST_BLOCKS - there : STEP;
  if (!platform_commit(tree_block_at(there), (size_t)more * TREE_BLOCK)) return false;
  there += more;
  return true;
}

uint32_t tree_block_take(void) {
  const uint32_t block = first_free;
  if (block == 0) return has_room() ? used++ : 0;
  first_free = ((struct free_block *)tree_block_at(block))->next;
  memset(tree_block_at(block), 0, TREE_BLOCK);
  return block;
}

void tree_block_give(uint32_t block) {
  ((struct free_block *)tree_block_at(block))->next = first_free;
  first_free = block;
}

static uint32_t size_of(size_t bytes) {
  uint32_t size = 0;
  while (bytes > LEAST_CELL << size) size++;
  return size;
}

static bool cut(uint32_t size) {
  const uint32_t block = tree_block_take();
  if (block == 0) return false;
  uint8_t *at = tree_block_at(block);
  for (uint32_t offset = 0; offset < TREE_BLOCK; offset += LEAST_CELL << size)
    tree_cell_give(at + offset, LEAST_CELL << size);
  return true;
}

void *tree_cell_take(size_t bytes) {
  const uint32_t size = size_of(bytes);
  if (free_cells[size] == NULL && !cut(size)) return NULL;
  struct free_cell *cell = free_cells[size];
  free_cells[size] = cell->next;
  memset(cell, 0, LEAST_CELL << size);
  return cell;
}

void tree_cell_give(void *cell, size_t bytes) {
  const uint32_t size = size_of(bytes);
  ((struct free_cell *)cell)->next = free_cells[size];
  free_cells[size] = cell;
}

void tree_blocks_limit(uint64_t bytes) {
  const uint64_t blocks = used + bytes / TREE_BLOCK;
  limit = blocks < MOST_BLOCKS ? (uint32_t)blocks : MOST_BLOCKS;
}
