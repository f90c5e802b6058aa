#include "walk.h"

#include <string.h>

#include "../utf8.h"

#define MOST_LINKS 40
/* A path, and what each link on it says: with a slash behind. */
#define LEFT_BYTES ((1 + MOST_LINKS) * (FILES_LONGEST_PATH + 1))

/* What is left of the path lies at the end. One walk goes at a time. */
static char left_text[LEFT_BYTES];
static uint32_t left_at;

static bool ends_as_directory(struct files_path path) {
  uint32_t start = path.length;
  while (start > 0 && path.bytes[start - 1] != '/') start--;
  const uint32_t length = path.length - start;
  const char *name = path.bytes + start;
  return length == 0 || (length == 1 && name[0] == '.') || (length == 2 && name[0] == '.' && name[1] == '.');
}

/* Puts a text before what is left. */
static enum files_error put_before(struct files_path path) {
  if (path.length == 0) return FILES_NO_ENTRY;
  if (path.bytes[0] == '/') return FILES_NOT_PERMITTED;
  if (memchr(path.bytes, 0, path.length) != NULL) return FILES_INVALID;
  if (path.length > FILES_LONGEST_PATH || path.length >= left_at) return FILES_NAME_TOO_LONG;
  left_text[--left_at] = '/';
  left_at -= path.length;
  memcpy(left_text + left_at, path.bytes, path.length);
  return FILES_OK;
}

/* Past slashes and "." */
static void skip(void) {
  for (;;) {
    while (left_at < LEFT_BYTES && left_text[left_at] == '/') left_at++;
    if (LEFT_BYTES - left_at < 2 || left_text[left_at] != '.' || left_text[left_at + 1] != '/') return;
    left_at++;
  }
}

/* Takes the next name of what is left, which ends in a slash; false where there is none. */
static bool next_name(char *name) {
  skip();
  if (left_at == LEFT_BYTES) return false;
  const char *slash = memchr(left_text + left_at, '/', LEFT_BYTES - left_at);
  const uint32_t length = (uint32_t)(slash - (left_text + left_at));
  memcpy(name, left_text + left_at, length);
  name[length] = '\0';
  left_at += length;
  skip();
  return true;
}

static files_held here(const struct walk *walk) {
  return walk->depth > 0 ? walk->passed[walk->depth - 1] : walk->root;
}

static void forget(struct walk *walk) {
  if (walk->has_found) store_let_go(walk->found);
  walk->has_found = false;
}

static enum files_error go_back(struct walk *walk) {
  if (walk->depth == 0) return FILES_NOT_PERMITTED;
  store_let_go(walk->passed[--walk->depth]);
  return FILES_OK;
}

/* Goes on with what the link says that was found. */
static enum files_error follow(struct walk *walk) {
  static char text[FILES_LONGEST_PATH];
  struct files_path path = {text, 0};
  const enum files_error error = store_link_text(walk->found, text, &path.length);
  forget(walk);
  if (error != FILES_OK) return error;
  if (!utf8_is_valid((const uint8_t *)text, path.length)) return FILES_ILLEGAL_BYTE_SEQUENCE;
  if (left_at == LEFT_BYTES && ends_as_directory(path)) walk->as_directory = true;
  if (++walk->links > MOST_LINKS) return FILES_LOOP;
  return put_before(path);
}

static enum files_error look(struct walk *walk) {
  const enum files_error error = store_look(walk_place(walk), &walk->found, &walk->stat);
  walk->has_found = error == FILES_OK;
  return error;
}

/* Steps into a directory, or goes on with what a link says. */
static enum files_error pass(struct walk *walk) {
  if (walk->depth == WALK_MOST_DIRECTORIES) return FILES_NAME_TOO_LONG;
  const enum files_error error = look(walk);
  if (error != FILES_OK) return error;
  if (walk->stat.type == FILES_LINK) return follow(walk);
  if (walk->stat.type != FILES_DIRECTORY) return FILES_NOT_DIRECTORY;
  walk->passed[walk->depth++] = walk_take(walk);
  return FILES_OK;
}

/* `*is_over`: the walk ends with that name. */
static enum files_error end(struct walk *walk, enum walk_last last, bool *is_over) {
  *is_over = true;
  if (last == WALK_NAME) return FILES_OK;
  const enum files_error error = look(walk);
  if (error == FILES_NO_ENTRY) return FILES_OK;
  if (error != FILES_OK || walk->stat.type != FILES_LINK) return error;
  if (last == WALK_LOOK && !walk->as_directory) return FILES_OK;
  *is_over = false;
  return follow(walk);
}

static enum files_error go(struct walk *walk, enum walk_last last) {
  while (next_name(walk->name)) {
    enum files_error error;
    bool is_over = false;
    if (strcmp(walk->name, "..") == 0) error = go_back(walk);
    else if (left_at < LEFT_BYTES) error = pass(walk);
    else error = end(walk, last, &is_over);
    if (error != FILES_OK || is_over) return error;
  }
  walk->name[0] = '\0';
  walk->as_directory = true;
  if (last == WALK_NAME) return FILES_OK;
  enum files_error error = store_again(here(walk), &walk->found);
  if (error != FILES_OK) return error;
  walk->has_found = true;
  return store_stat(walk->found, &walk->stat);
}

enum files_error walk_begin(struct walk *walk, files_held root, struct files_path path, enum walk_last last) {
  walk->root = root;
  walk->depth = 0;
  walk->links = 0;
  walk->has_found = false;
  walk->as_directory = ends_as_directory(path);
  walk->name[0] = '\0';
  left_at = LEFT_BYTES;
  const enum files_error error = put_before(path);
  return error == FILES_OK ? go(walk, last) : error;
}

void walk_end(struct walk *walk) {
  forget(walk);
  while (walk->depth > 0) store_let_go(walk->passed[--walk->depth]);
}

struct files_place walk_place(const struct walk *walk) {
  return (struct files_place){here(walk), walk->name};
}

bool walk_is_nameless(const struct walk *walk) { return walk->name[0] == '\0'; }

enum files_error walk_check(const struct walk *walk) {
  if (!walk->has_found) return FILES_NO_ENTRY;
  return walk->as_directory && walk->stat.type != FILES_DIRECTORY ? FILES_NOT_DIRECTORY : FILES_OK;
}

files_held walk_take(struct walk *walk) {
  walk->has_found = false;
  return walk->found;
}
