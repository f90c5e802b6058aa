#include "tree-node.h"

#include "../system-time.h"
#include "tree-blocks.h"

struct tree_node *tree_node_make(enum files_type type) {
  static uint64_t last_number;
  struct tree_node *node = tree_cell_take(sizeof *node);
  if (node == NULL) return NULL;
  node->type = type;
  node->number = ++last_number;
  node->accessed = node->modified = node->changed = time_wall();
  return node;
}

void tree_node_settle(struct tree_node *node) {
  if (node->links > 0 || node->holds > 0) return;
  tree_contents_end(node);
  tree_cell_give(node, sizeof *node);
}

void tree_node_changed(struct tree_node *node) { node->changed = time_wall(); }

void tree_node_modified(struct tree_node *node) { node->changed = node->modified = time_wall(); }
