/*
 * A file, a directory or a link of a tree.
 *
 * It is there as long as something has a name for it, or holds it.
 */
#ifndef ATOLL_METAL_TREE_NODE_H_
#define ATOLL_METAL_TREE_NODE_H_

#include "../files/store.h"

struct tree_entry;

struct tree_node {
  enum files_type type;
  /* Names. A directory has one, and none once it is removed. */
  uint32_t links;
  uint32_t holds;
  uint64_t number;
  uint64_t accessed;
  uint64_t modified;
  uint64_t changed;

  /* Of a file, or a link: where its blocks are, see tree-contents.c; 0 for nowhere. */
  uint32_t index;
  uint32_t depth;
  uint64_t size;
  union {
    struct {
      /* What a block is until it is written to: constants of the image, and zeros behind them. */
      const uint8_t *packed;
      uint64_t packed_size;
    };
    /* Of a directory. */
    struct {
      /* NULL where no directory has a name for it. */
      struct tree_node *parent;
      struct tree_entry *first;
      struct tree_entry *last;
      uint64_t last_sequence;
      uint64_t removals;
    };
  };
};

/* New, with neither names nor holds; NULL where there is no room. */
struct tree_node *tree_node_make(enum files_type type);
/* Ends it where nobody has a name for it and nobody holds it. */
void tree_node_settle(struct tree_node *node);
/* Its contents have changed, or what is known of it has. */
void tree_node_modified(struct tree_node *node);
void tree_node_changed(struct tree_node *node);

/* Contents. */
#define TREE_MOST_BYTES (4ull << 30)
uint32_t tree_read(const struct tree_node *node, uint64_t offset, void *bytes, uint32_t count);
/* As much as there is room for. */
enum files_error tree_write(struct tree_node *node, uint64_t offset, const void *bytes, uint32_t count, uint32_t *done);
enum files_error tree_set_size(struct tree_node *node, uint64_t size);
/* Gives back all that they take. */
void tree_contents_end(struct tree_node *node);

/* Names: where a directory has one. */
struct tree_entry {
  struct tree_entry *hashed;
  struct tree_entry *before;
  struct tree_entry *after;
  struct tree_node *directory;
  struct tree_node *node;
  /* Grows from entry to entry of a directory. */
  uint64_t sequence;
  uint32_t hash;
  char name[];
};
#define TREE_LONGEST_NAME 255u

/* NULL where nothing has the name. */
struct tree_entry *tree_entry_find(const struct tree_node *directory, const char *name);
/* Nothing has the name yet. */
enum files_error tree_entry_add(struct tree_node *directory, const char *name, struct tree_node *node);
/* The node may end with it. */
void tree_entry_remove(struct tree_entry *entry);

#endif
