/*
 * A store in memory: it begins with what was packed into the image, and ends with the machine.
 *
 * Every directory that was granted lies in it once, whoever it was granted to, also one in
 * another. What may be changed is the descriptors' business.
 */
#include <string.h>

#include "../memory.h"
#include "packed-files.h"
#include "tree-blocks.h"
#include "tree-limit.h"
#include "tree-node.h"

/* Nodes of what was packed, by position. */
static struct tree_node **packed_nodes_made;

static struct tree_node *node_of(files_held held) { return (struct tree_node *)held; }

static files_held hold(struct tree_node *node) {
  node->holds++;
  return (files_held)node;
}

static struct tree_node *made_of(const struct packed_thing *packed) {
  struct tree_node *node = tree_node_make(packed->type);
  if (node == NULL) memory_out("the names of files");
  if (packed->type == FILES_DIRECTORY) return node;
  node->packed = packed->bytes;
  node->packed_size = node->size = packed->size;
  return node;
}

static void unpack(void) {
  if (packed_nodes_made != NULL) return;
  packed_nodes_made = memory_room(packed_thing_count * sizeof *packed_nodes_made);
  if (packed_nodes_made == NULL) memory_out("the names of files");
  for (uint32_t i = 0; i < packed_thing_count; i++) packed_nodes_made[i] = made_of(&packed_things[i]);
  /* A root is never removed: nothing that was granted has its name. */
  for (uint32_t i = 0; i < packed_file_root_count; i++) packed_nodes_made[packed_file_roots[i].thing]->links++;
  for (uint32_t i = 0; i < packed_thing_count; i++) {
    const struct packed_thing *packed = &packed_things[i];
    for (uint32_t j = 0; j < packed->name_count; j++) {
      const struct packed_file_name *name = &packed->names[j];
      if (tree_entry_add(packed_nodes_made[i], name->text, packed_nodes_made[name->thing]) != FILES_OK)
        memory_out("the names of files");
    }
  }
  tree_blocks_limit(tree_limit());
}

uint32_t store_most(void) { return UINT32_MAX; }

enum files_error store_root(const char *path, files_held *root) {
  unpack();
  for (uint32_t i = 0; i < packed_file_root_count; i++) {
    if (strcmp(packed_file_roots[i].path, path) != 0) continue;
    *root = hold(packed_nodes_made[packed_file_roots[i].thing]);
    return FILES_OK;
  }
  return FILES_NO_ENTRY;
}

enum files_error store_again(files_held held, files_held *again) {
  *again = hold(node_of(held));
  return FILES_OK;
}

void store_let_go(files_held held) {
  struct tree_node *node = node_of(held);
  node->holds--;
  tree_node_settle(node);
}

enum files_error store_stat(files_held held, struct files_stat *stat) {
  const struct tree_node *node = node_of(held);
  *stat = (struct files_stat){
      .type = node->type,
      /* A directory that was granted and lies in another one that was has a second, for nobody to see. */
      .links = node->type == FILES_DIRECTORY && node->links > 1 ? 1 : node->links,
      .size = node->size,
      .accessed = node->accessed,
      .modified = node->modified,
      .changed = node->changed,
      .number = node->number,
  };
  return FILES_OK;
}

enum files_error store_look(struct files_place place, files_held *found, struct files_stat *stat) {
  if (strlen(place.name) > TREE_LONGEST_NAME) return FILES_NAME_TOO_LONG;
  const struct tree_entry *entry = tree_entry_find(node_of(place.directory), place.name);
  if (entry == NULL) return FILES_NO_ENTRY;
  *found = hold(entry->node);
  return store_stat(*found, stat);
}

enum files_error store_link_text(files_held link, char *text, uint32_t *length) {
  *length = tree_read(node_of(link), 0, text, FILES_LONGEST_PATH);
  return FILES_OK;
}

enum files_error store_open(files_held found, uint32_t flags, bool truncate, files_held *file) {
  (void)flags;
  if (truncate) tree_set_size(node_of(found), 0);
  return store_again(found, file);
}

/* Whether something can get the name. */
static enum files_error check_free(struct files_place place) {
  if (strlen(place.name) > TREE_LONGEST_NAME) return FILES_NAME_TOO_LONG;
  const struct tree_node *directory = node_of(place.directory);
  if (tree_entry_find(directory, place.name) != NULL) return FILES_EXIST;
  return directory->links == 0 ? FILES_NO_ENTRY : FILES_OK;
}

/* Something new with that name; it is held once, so that it does not end. */
static enum files_error make_at(struct files_place place, enum files_type type, struct tree_node **made) {
  enum files_error error = check_free(place);
  if (error != FILES_OK) return error;
  *made = tree_node_make(type);
  if (*made == NULL) return FILES_INSUFFICIENT_SPACE;
  hold(*made);
  error = tree_entry_add(node_of(place.directory), place.name, *made);
  if (error != FILES_OK) store_let_go((files_held)*made);
  return error;
}

enum files_error store_create(struct files_place place, uint32_t flags, files_held *file) {
  (void)flags;
  struct tree_node *made;
  const enum files_error error = make_at(place, FILES_FILE, &made);
  if (error == FILES_OK) *file = (files_held)made;
  return error;
}

enum files_error store_make_directory(struct files_place place) {
  struct tree_node *made;
  const enum files_error error = make_at(place, FILES_DIRECTORY, &made);
  if (error == FILES_OK) store_let_go((files_held)made);
  return error;
}

enum files_error store_make_link(const char *text, struct files_place place) {
  struct tree_node *made;
  enum files_error error = make_at(place, FILES_LINK, &made);
  if (error != FILES_OK) return error;
  const uint32_t length = (uint32_t)strlen(text);
  uint32_t done;
  error = tree_write(made, 0, text, length, &done);
  /* A link that says half of it leads elsewhere. */
  if (error == FILES_OK && done < length) error = FILES_INSUFFICIENT_SPACE;
  if (error != FILES_OK) tree_entry_remove(tree_entry_find(node_of(place.directory), place.name));
  store_let_go((files_held)made);
  return error;
}

static enum files_error find(struct files_place place, struct tree_entry **entry) {
  if (strlen(place.name) > TREE_LONGEST_NAME) return FILES_NAME_TOO_LONG;
  *entry = tree_entry_find(node_of(place.directory), place.name);
  return *entry == NULL ? FILES_NO_ENTRY : FILES_OK;
}

enum files_error store_remove_directory(struct files_place place) {
  struct tree_entry *entry;
  const enum files_error error = find(place, &entry);
  if (error != FILES_OK) return error;
  if (entry->node->type != FILES_DIRECTORY) return FILES_NOT_DIRECTORY;
  if (entry->node->first != NULL) return FILES_NOT_EMPTY;
  tree_entry_remove(entry);
  return FILES_OK;
}

enum files_error store_remove_file(struct files_place place) {
  struct tree_entry *entry;
  const enum files_error error = find(place, &entry);
  if (error != FILES_OK) return error;
  if (entry->node->type == FILES_DIRECTORY) return FILES_IS_DIRECTORY;
  tree_entry_remove(entry);
  return FILES_OK;
}

/* Whether it is the directory, or lies in it. */
static bool is_in(const struct tree_node *node, const struct tree_node *directory) {
  while (node != NULL && node != directory) node = node->parent;
  return node != NULL;
}

/* Whether something may take the place of what has the name, in the order in which Linux asks. */
static enum files_error check_replaced(const struct tree_entry *from, const struct tree_entry *to) {
  const bool is_directory = from->node->type == FILES_DIRECTORY;
  if (to == NULL || to->node == from->node) return FILES_OK;
  if (is_in(from->directory, to->node)) return FILES_NOT_EMPTY;
  if (is_directory && to->node->type != FILES_DIRECTORY) return FILES_NOT_DIRECTORY;
  if (!is_directory && to->node->type == FILES_DIRECTORY) return FILES_IS_DIRECTORY;
  return is_directory && to->node->first != NULL ? FILES_NOT_EMPTY : FILES_OK;
}

enum files_error store_rename(struct files_place from, struct files_place to) {
  struct tree_entry *old;
  enum files_error error = find(from, &old);
  if (error != FILES_OK) return error;
  if (strlen(to.name) > TREE_LONGEST_NAME) return FILES_NAME_TOO_LONG;
  struct tree_node *directory = node_of(to.directory);
  struct tree_node *node = old->node;
  if (node->type == FILES_DIRECTORY && is_in(directory, node)) return FILES_INVALID;
  struct tree_entry *replaced = tree_entry_find(directory, to.name);
  error = check_replaced(old, replaced);
  if (error != FILES_OK || (replaced != NULL && replaced->node == node)) return error;
  if (directory->links == 0) return FILES_NO_ENTRY;
  /* First what may fail: until the end two entries may have one name, and the newer one is found. */
  error = tree_entry_add(directory, to.name, node);
  if (error != FILES_OK) return error;
  if (replaced != NULL) tree_entry_remove(replaced);
  tree_entry_remove(old);
  if (node->type == FILES_DIRECTORY) node->parent = directory;
  return FILES_OK;
}

enum files_error store_name_again(struct files_place from, struct files_place to) {
  struct tree_entry *old;
  enum files_error error = find(from, &old);
  if (error == FILES_OK) error = check_free(to);
  if (error != FILES_OK) return error;
  if (old->node->type == FILES_DIRECTORY) return FILES_NOT_PERMITTED;
  return tree_entry_add(node_of(to.directory), to.name, old->node);
}

enum files_error store_read(files_held file, uint64_t offset, void *bytes, uint32_t count, uint32_t *done) {
  *done = tree_read(node_of(file), offset, bytes, count);
  return FILES_OK;
}

enum files_error store_write(files_held file, uint64_t offset, const void *bytes, uint32_t count, uint32_t *done) {
  return tree_write(node_of(file), offset, bytes, count, done);
}

enum files_error store_append(files_held file, uint32_t flags, const void *bytes, uint32_t count, uint32_t *done) {
  (void)flags;
  return tree_write(node_of(file), node_of(file)->size, bytes, count, done);
}

enum files_error store_set_size(files_held file, uint64_t size) { return tree_set_size(node_of(file), size); }

enum files_error store_sync(files_held held, bool is_directory, bool data_only) {
  (void)held;
  (void)is_directory;
  (void)data_only;
  return FILES_OK;
}

static void set(uint64_t *to, struct files_time time, uint64_t now) {
  if (time.is != FILES_TIME_KEPT) *to = time.is == FILES_TIME_NOW ? now : time.nanoseconds;
}

enum files_error store_set_times(files_held held, struct files_time accessed, struct files_time modified) {
  struct tree_node *node = node_of(held);
  tree_node_changed(node);
  set(&node->accessed, accessed, node->changed);
  set(&node->modified, modified, node->changed);
  return FILES_OK;
}

enum files_error store_list(files_held directory, struct files_listing *listing) {
  *listing = (struct files_listing){.of = hold(node_of(directory))};
  return FILES_OK;
}

/* Behind what was listed last, which may be gone if anything is; then the sequence tells. */
static const struct tree_entry *next_of(const struct files_listing *listing) {
  const struct tree_node *directory = node_of(listing->of);
  if (listing->last != 0 && listing->removals == directory->removals)
    return ((const struct tree_entry *)listing->last)->after;
  const struct tree_entry *entry = directory->first;
  while (entry != NULL && entry->sequence <= listing->sequence) entry = entry->after;
  return entry;
}

enum files_error store_list_next(struct files_listing *listing, const char **name, enum files_type *type) {
  const struct tree_entry *entry = next_of(listing);
  *name = entry == NULL ? NULL : entry->name;
  if (entry == NULL) return FILES_OK;
  listing->last = (intptr_t)entry;
  listing->sequence = entry->sequence;
  listing->removals = node_of(listing->of)->removals;
  *type = entry->node->type;
  return FILES_OK;
}

void store_list_end(struct files_listing *listing) { store_let_go(listing->of); }

/* Numbers of this tree tell nobody anything. */
void store_key(uint64_t key[2]) { key[0] = key[1] = 0; }
