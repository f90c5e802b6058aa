/*
 * Names in the directories of a tree: found by a table of hashes, listed in the order in which they were made.
 */
#include <string.h>

#include "tree-blocks.h"
#include "tree-node.h"

#define BUCKETS 8192u

static struct tree_entry *buckets[BUCKETS];

/* FNV-1a, of the directory's number and the name. */
static uint32_t hash_of(const struct tree_node *directory, const char *name) {
  uint32_t hash = 2166136261u;
  for (uint64_t number = directory->number; number > 0; number >>= 8) hash = (hash ^ (number & 0xff)) * 16777619u;
  for (; *name != '\0'; name++) hash = (hash ^ (uint8_t)*name) * 16777619u;
  return hash;
}

static size_t size_of(const char *name) { return sizeof(struct tree_entry) + strlen(name) + 1; }

struct tree_entry *tree_entry_find(const struct tree_node *directory, const char *name) {
  const uint32_t hash = hash_of(directory, name);
  struct tree_entry *entry = buckets[hash % BUCKETS];
  while (entry != NULL && (entry->hash != hash || entry->directory != directory || strcmp(entry->name, name) != 0))
    entry = entry->hashed;
  return entry;
}

enum files_error tree_entry_add(struct tree_node *directory, const char *name, struct tree_node *node) {
  struct tree_entry *entry = tree_cell_take(size_of(name));
  if (entry == NULL) return FILES_INSUFFICIENT_SPACE;
  memcpy(entry->name, name, strlen(name) + 1);
  entry->directory = directory;
  entry->node = node;
  entry->hash = hash_of(directory, name);
  entry->hashed = buckets[entry->hash % BUCKETS];
  buckets[entry->hash % BUCKETS] = entry;
  entry->sequence = ++directory->last_sequence;
  entry->before = directory->last;
  if (directory->last == NULL) directory->first = entry;
  else directory->last->after = entry;
  directory->last = entry;
  node->links++;
  if (node->type == FILES_DIRECTORY) node->parent = directory;
  tree_node_changed(node);
  tree_node_modified(directory);
  return FILES_OK;
}

void tree_entry_remove(struct tree_entry *entry) {
  struct tree_node *directory = entry->directory;
  struct tree_node *node = entry->node;
  struct tree_entry **link = &buckets[entry->hash % BUCKETS];
  while (*link != entry) link = &(*link)->hashed;
  *link = entry->hashed;
  if (entry->before == NULL) directory->first = entry->after;
  else entry->before->after = entry->after;
  if (entry->after == NULL) directory->last = entry->before;
  else entry->after->before = entry->before;
  tree_cell_give(entry, size_of(entry->name));
  directory->removals++;
  tree_node_modified(directory);
  node->links--;
  if (node->type == FILES_DIRECTORY) node->parent = NULL;
  tree_node_changed(node);
  tree_node_settle(node);
}
