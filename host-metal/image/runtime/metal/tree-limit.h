/* How much memory a tree may take, besides what was packed. */
#ifndef ATOLL_METAL_TREE_LIMIT_H_
#define ATOLL_METAL_TREE_LIMIT_H_

#include <stdint.h>

/* Bytes. */
uint64_t tree_limit(void);

#endif
