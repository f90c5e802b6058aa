/*
 * Directories of the bare machine: constants of the image, found by their names.
 *
 * A root is a node, and so is a file that is open. Links were followed when the image was made.
 */
#include <string.h>

#include "../path-names.h"
#include "packed.h"

void *directory_root(const char *path, const char **why) {
  for (uint32_t i = 0; i < packed_root_count; i++)
    if (strcmp(packed_roots[i].path, path) == 0) return (void *)&packed_nodes[packed_roots[i].node];
  *why = "is not in the image";
  return NULL;
}

static const struct packed_name *find(const struct packed_node *directory, const char *text) {
  uint32_t low = 0;
  for (uint32_t high = directory->name_count; low < high;) {
    const uint32_t middle = low + (high - low) / 2;
    const int order = strcmp(directory->names[middle].text, text);
    if (order == 0) return &directory->names[middle];
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return NULL;
}

/* What `path` names, and the last name on it. */
static enum directory_error walk(const struct packed_node *root, struct directory_path path,
                                 const struct packed_node **node, const char **last) {
  static struct path_names names;
  const enum directory_error error = path_names_of(path, &names);
  if (error != DIRECTORY_OK) return error;
  *node = root;
  *last = "";
  for (const char *text = names.text; *text != '\0'; text += strlen(text) + 1) {
    if (!(*node)->is_directory) return DIRECTORY_NOT_A_DIRECTORY;
    const struct packed_name *name = find(*node, text);
    if (name == NULL) return DIRECTORY_NOT_FOUND;
    if (name->error != DIRECTORY_OK) return name->error;
    *node = &packed_nodes[name->node];
    *last = text;
  }
  return DIRECTORY_OK;
}

enum directory_error directory_stat(void *root, struct directory_path path, struct directory_entry *entry) {
  const struct packed_node *node;
  const enum directory_error error = walk(root, path, &node, &entry->name);
  if (error != DIRECTORY_OK) return error;
  entry->is_directory = node->is_directory;
  entry->size = node->size;
  return DIRECTORY_OK;
}

enum directory_error directory_list(void *root, struct directory_path path,
                                    const struct directory_entry **entries, uint32_t *count) {
  const struct packed_node *node;
  const char *last;
  const enum directory_error error = walk(root, path, &node, &last);
  if (error != DIRECTORY_OK) return error;
  if (!node->is_directory) return DIRECTORY_NOT_A_DIRECTORY;
  if (node->name_count > DIRECTORY_MOST_ENTRIES) return DIRECTORY_TOO_LARGE;
  *entries = node->entries;
  *count = node->entry_count;
  return DIRECTORY_OK;
}

void directory_end(const struct directory_entry *entries, uint32_t count) {
  (void)entries;
  (void)count;
}

enum directory_error directory_open(void *root, struct directory_path path, int *file) {
  const struct packed_node *node;
  const char *last;
  const enum directory_error error = walk(root, path, &node, &last);
  if (error != DIRECTORY_OK) return error;
  if (node->is_directory) return DIRECTORY_IS_A_DIRECTORY;
  *file = (int)(node - packed_nodes);
  return DIRECTORY_OK;
}

enum directory_error directory_size(int file, uint64_t *size) {
  *size = packed_nodes[file].size;
  return DIRECTORY_OK;
}

enum directory_error directory_read(int file, uint64_t offset, void *bytes, uint32_t count, uint32_t *done) {
  const struct packed_node *node = &packed_nodes[file];
  const uint64_t left = offset < node->size ? node->size - offset : 0;
  *done = left < count ? (uint32_t)left : count;
  memcpy(bytes, node->bytes + offset, *done);
  return DIRECTORY_OK;
}

void directory_close(int file) { (void)file; }
