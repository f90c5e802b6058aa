/*
 * Contents of a tree's files: blocks where something was written, and nothing where not.
 *
 *      index: 1024 numbers ──▶ of 1024 numbers each ──▶ of 4 KiB each
 *
 * A block that is not there reads as what the image has there, or as zeros.
 */
#include <stdbool.h>
#include <string.h>

#include "tree-blocks.h"
#include "tree-node.h"

#define NUMBERS (TREE_BLOCK / 4)

/* The number of a block, as far as there is one. */
static uint32_t block_of(const struct tree_node *node, uint64_t position) {
  if (node->index == 0) return 0;
  const uint32_t inner = ((uint32_t *)tree_block_at(node->index))[position / NUMBERS];
  return inner == 0 ? 0 : ((uint32_t *)tree_block_at(inner))[position % NUMBERS];
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

/* A block that can be written to; NULL where there is no room. */
static uint8_t *made(struct tree_node *node, uint64_t position) {
  if (!make(&node->index)) return NULL;
  uint32_t *inner = &((uint32_t *)tree_block_at(node->index))[position / NUMBERS];
  if (!make(inner)) return NULL;
  uint32_t *block = &((uint32_t *)tree_block_at(*inner))[position % NUMBERS];
  const bool is_new = *block == 0;
  if (!make(block)) return NULL;
  uint8_t *bytes = tree_block_at(*block);
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

/* Gives back the blocks behind the first `kept`, and what only they needed. */
static void give_back(struct tree_node *node, uint64_t kept) {
  uint32_t *index = tree_block_at(node->index);
  for (uint64_t i = kept / NUMBERS; i < NUMBERS; i++) {
    if (index[i] == 0) continue;
    uint32_t *inner = tree_block_at(index[i]);
    const uint64_t first = i == kept / NUMBERS ? kept % NUMBERS : 0;
    for (uint64_t j = first; j < NUMBERS; j++) {
      if (inner[j] != 0) tree_block_give(inner[j]);
      inner[j] = 0;
    }
    if (first > 0) continue;
    tree_block_give(index[i]);
    index[i] = 0;
  }
  if (kept > 0) return;
  tree_block_give(node->index);
  node->index = 0;
}

void tree_contents_end(struct tree_node *node) {
  if (node->index != 0) give_back(node, 0);
}

enum files_error tree_set_size(struct tree_node *node, uint64_t size) {
  if (size > TREE_MOST_BYTES) return FILES_FILE_TOO_LARGE;
  if (size < node->size) {
    if (size < node->packed_size) node->packed_size = size;
    if (node->index != 0) give_back(node, (size + TREE_BLOCK - 1) / TREE_BLOCK);
    const uint32_t last = size % TREE_BLOCK == 0 ? 0 : block_of(node, size / TREE_BLOCK);
    if (last != 0) memset((uint8_t *)tree_block_at(last) + size % TREE_BLOCK, 0, TREE_BLOCK - size % TREE_BLOCK);
  }
  node->size = size;
  tree_node_modified(node);
  return FILES_OK;
}
