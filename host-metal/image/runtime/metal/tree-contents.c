/*
 * Contents of a tree's files: blocks where something was written, and nothing where not.
 *
 *      depth 0: index is a block of contents
 *      depth 1: index ──▶ 1024 numbers ──▶ of 4 KiB each
 *      depth 2: index ──▶ 1024 numbers ──▶ of 1024 numbers each ──▶ of 4 KiB each
 *
 * A block that is not there reads as what the image has there, or as zeros.
 */
#include <stdbool.h>
#include <string.h>

#include "tree-blocks.h"
#include "tree-node.h"

/* Of a number's position in its block. */
#define BITS 10u
#define NUMBERS (1u << BITS)

static uint32_t *numbers_in(uint32_t block) { return tree_block_at(block); }

/* The number of a block, as far as there is one. */
static uint32_t block_of(const struct tree_node *node, uint64_t position) {
  if (position >> (BITS * node->depth) != 0) return 0;
  uint32_t block = node->index;
  for (uint32_t depth = node->depth; depth > 0 && block != 0; depth--)
    block = numbers_in(block)[(position >> (BITS * (depth - 1))) % NUMBERS];
  return block;
}

/* What a block is that is not there. */
static void put_unwritten(const struct tree_node *node, uint64_t offset, uint8_t *bytes, uint32_t count) {
  const uint64_t left = offset < node->packed_size ? node->packed_size - offset : 0;
  const uint32_t packed = left < count ? (uint32_t)left : count;
  if (packed > 0) memcpy(bytes, node->packed + offset, packed);
  if (count > packed) memset(bytes + packed, 0, count - packed);
}

/* From an offset to the end of its block. */
static uint32_t part_of(uint64_t offset, uint32_t count) {
  const uint32_t left = TREE_BLOCK - (uint32_t)(offset % TREE_BLOCK);
  return left < count ? left : count;
}

uint32_t tree_read(const struct tree_node *node, uint64_t offset, void *bytes, uint32_t count) {
  const uint64_t left = offset < node->size ? node->size - offset : 0;
  const uint32_t whole = left < count ? (uint32_t)left : count;
  for (uint32_t done = 0; done < whole;) {
    const uint32_t part = part_of(offset + done, whole - done);
    const uint32_t block = block_of(node, (offset + done) / TREE_BLOCK);
    uint8_t *to = (uint8_t *)bytes + done;
    if (block == 0) put_unwritten(node, offset + done, to, part);
    else memcpy(to, (uint8_t *)tree_block_at(block) + (offset + done) % TREE_BLOCK, part);
    done += part;
  }
  return whole;
}

static bool make(uint32_t *number) {
  if (*number == 0) *number = tree_block_take();
  return *number != 0;
}

/* Makes the index deep enough for a position. */
static bool deepen(struct tree_node *node, uint64_t position) {
  while (position >> (BITS * node->depth) != 0) {
    if (node->index != 0) {
      const uint32_t outer = tree_block_take();
      if (outer == 0) return false;
      numbers_in(outer)[0] = node->index;
      node->index = outer;
    }
    node->depth++;
  }
  return true;
}

/* A block that can be written to; NULL where there is no room. */
static uint8_t *made(struct tree_node *node, uint64_t position) {
  if (!deepen(node, position)) return NULL;
  uint32_t *number = &node->index;
  for (uint32_t depth = node->depth; depth > 0; depth--) {
    if (!make(number)) return NULL;
    number = &numbers_in(*number)[(position >> (BITS * (depth - 1))) % NUMBERS];
  }
  const bool is_new = *number == 0;
  if (!make(number)) return NULL;
  uint8_t *bytes = tree_block_at(*number);
  if (is_new) put_unwritten(node, position * TREE_BLOCK, bytes, TREE_BLOCK);
  return bytes;
}

enum files_error tree_write(struct tree_node *node, uint64_t offset, const void *bytes, uint32_t count, uint32_t *done) {
  *done = 0;
  if (count == 0) return FILES_OK;
  if (offset >= TREE_MOST_BYTES) return FILES_FILE_TOO_LARGE;
  const uint64_t room = TREE_MOST_BYTES - offset;
  const uint32_t whole = room < count ? (uint32_t)room : count;
  while (*done < whole) {
    const uint64_t at = offset + *done;
    const uint32_t part = part_of(at, whole - *done);
    uint8_t *block = made(node, at / TREE_BLOCK);
    if (block == NULL) break;
    memcpy(block + at % TREE_BLOCK, (const uint8_t *)bytes + *done, part);
    *done += part;
  }
  if (*done == 0) return FILES_INSUFFICIENT_SPACE;
  if (offset + *done > node->size) node->size = offset + *done;
  tree_node_modified(node);
  return FILES_OK;
}

/* Gives back the blocks behind the first `kept` that lie under a number, and what only they needed. */
static void give_back(uint32_t *number, uint32_t depth, uint64_t kept) {
  if (*number == 0) return;
  for (uint64_t i = depth == 0 ? NUMBERS : kept >> (BITS * (depth - 1)); i < NUMBERS; i++) {
    const uint64_t before = i << (BITS * (depth - 1));
    give_back(&numbers_in(*number)[i], depth - 1, kept > before ? kept - before : 0);
  }
  if (kept > 0) return;
  tree_block_give(*number);
  *number = 0;
}

void tree_contents_end(struct tree_node *node) { give_back(&node->index, node->depth, 0); }

enum files_error tree_set_size(struct tree_node *node, uint64_t size) {
  if (size > TREE_MOST_BYTES) return FILES_FILE_TOO_LARGE;
  if (size < node->size) {
    if (size < node->packed_size) node->packed_size = size;
    give_back(&node->index, node->depth, (size + TREE_BLOCK - 1) / TREE_BLOCK);
    const uint32_t last = size % TREE_BLOCK == 0 ? 0 : block_of(node, size / TREE_BLOCK);
    if (last != 0) memset((uint8_t *)tree_block_at(last) + size % TREE_BLOCK, 0, TREE_BLOCK - size % TREE_BLOCK);
  }
  node->size = size;
  tree_node_modified(node);
  return FILES_OK;
}
