/*
 * The memory of a tree: blocks of 4 KiB out of one address space, and cells cut of them.
 *
 * What is given back is used again, by the tree alone; a block that became cells stays that.
 */
#ifndef ATOLL_METAL_TREE_BLOCKS_H_
#define ATOLL_METAL_TREE_BLOCKS_H_

#include <stddef.h>
#include <stdint.h>

#define TREE_BLOCK 4096u

/* A block's number, cleared; 0 where there is no room. */
uint32_t tree_block_take(void);
void tree_block_give(uint32_t block);
void *tree_block_at(uint32_t block);

/* At most TREE_CELL_MOST bytes, cleared; NULL where there is no room. */
#define TREE_CELL_MOST 512u
void *tree_cell_take(size_t bytes);
void tree_cell_give(void *cell, size_t bytes);

/* From now on so many bytes may be taken besides what was. */
void tree_blocks_limit(uint64_t bytes);

#endif
