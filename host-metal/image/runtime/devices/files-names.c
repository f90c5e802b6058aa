/*
 * atoll:device/files: names in a directory, made, removed, changed, and given to something else.
 *
 * A store follows no link in the last name, and the walk follows those before it, so what is
 * changed lies in the directory. See host-linux/devices/files/names.ts.
 */
#include <string.h>

#include "../files/results.h"
#include "../utf8.h"
#include "files.h"

/* Of what has a name, and of what gets one. */
static struct walk before;
static struct walk after;

/* To the last name, in a directory that may be changed. */
static enum files_error to_change(struct walk *walk, uint32_t rep, uint32_t offset, uint32_t length) {
  const struct descriptor *it = descriptors_of(rep);
  const enum files_error error = files_needs_change(it);
  walk->depth = 0;
  walk->has_found = false;
  return error == FILES_OK ? walk_begin(walk, it->held, files_path_at(offset, length), WALK_NAME) : error;
}

/* Of what is no directory. */
static enum files_error check_new(const struct walk *walk) {
  if (walk_is_nameless(walk)) return FILES_EXIST;
  return walk->as_directory ? FILES_NO_ENTRY : FILES_OK;
}

static enum files_error is_directory(const struct walk *walk, bool *is) {
  files_held found;
  struct files_stat stat;
  const enum files_error error = store_look(walk_place(walk), &found, &stat);
  if (error != FILES_OK) return error;
  store_let_go(found);
  *is = stat.type == FILES_DIRECTORY;
  return FILES_OK;
}

uint32_t device_files_create_directory_at(void *device, uint32_t rep, uint32_t offset, uint32_t length) {
  (void)device;
  files_begin();
  enum files_error error = to_change(&before, rep, offset, length);
  if (error == FILES_OK)
    error = walk_is_nameless(&before) ? FILES_EXIST : store_make_directory(walk_place(&before));
  walk_end(&before);
  return result_nothing(error);
}

uint32_t device_files_remove_directory_at(void *device, uint32_t rep, uint32_t offset, uint32_t length) {
  (void)device;
  files_begin();
  enum files_error error = to_change(&before, rep, offset, length);
  if (error == FILES_OK)
    error = walk_is_nameless(&before) ? FILES_INVALID : store_remove_directory(walk_place(&before));
  walk_end(&before);
  return result_nothing(error);
}

static enum files_error remove_file(void) {
  if (walk_is_nameless(&before)) return FILES_IS_DIRECTORY;
  if (!before.as_directory) return store_remove_file(walk_place(&before));
  bool is;
  const enum files_error error = is_directory(&before, &is);
  if (error != FILES_OK) return error;
  return is ? FILES_IS_DIRECTORY : FILES_NOT_DIRECTORY;
}

uint32_t device_files_unlink_file_at(void *device, uint32_t rep, uint32_t offset, uint32_t length) {
  (void)device;
  files_begin();
  enum files_error error = to_change(&before, rep, offset, length);
  if (error == FILES_OK) error = remove_file();
  walk_end(&before);
  return result_nothing(error);
}

static enum files_error both_to_change(uint32_t rep, uint32_t offset, uint32_t length, uint32_t to,
                                       uint32_t to_offset, uint32_t to_length) {
  after.depth = 0;
  after.has_found = false;
  const enum files_error error = to_change(&before, rep, offset, length);
  return error == FILES_OK ? to_change(&after, to, to_offset, to_length) : error;
}

static enum files_error rename(void) {
  if (walk_is_nameless(&before) || walk_is_nameless(&after)) return FILES_BUSY;
  if (before.as_directory || after.as_directory) {
    bool is;
    const enum files_error error = is_directory(&before, &is);
    if (error != FILES_OK) return error;
    if (!is) return FILES_NOT_DIRECTORY;
  }
  return store_rename(walk_place(&before), walk_place(&after));
}

uint32_t device_files_rename_at(void *device, uint32_t rep, uint32_t offset, uint32_t length, uint32_t to,
                                uint32_t to_offset, uint32_t to_length) {
  (void)device;
  files_begin();
  enum files_error error = both_to_change(rep, offset, length, to, to_offset, to_length);
  if (error == FILES_OK) error = rename();
  walk_end(&before);
  walk_end(&after);
  return result_nothing(error);
}

static enum files_error link(void) {
  if (walk_is_nameless(&before)) return FILES_NOT_PERMITTED;
  if (before.as_directory) {
    bool is;
    const enum files_error error = is_directory(&before, &is);
    if (error != FILES_OK) return error;
    return is ? FILES_NOT_PERMITTED : FILES_NOT_DIRECTORY;
  }
  const enum files_error error = check_new(&after);
  return error == FILES_OK ? store_name_again(walk_place(&before), walk_place(&after)) : error;
}

uint32_t device_files_link_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                              uint32_t to, uint32_t to_offset, uint32_t to_length) {
  (void)device;
  files_begin();
  if ((path_flags & FILES_SYMLINK_FOLLOW) != 0) return result_nothing(FILES_INVALID);
  enum files_error error = both_to_change(rep, offset, length, to, to_offset, to_length);
  if (error == FILES_OK) error = link();
  walk_end(&before);
  walk_end(&after);
  return result_nothing(error);
}

static enum files_error symlink(struct files_path said) {
  static char text[FILES_LONGEST_PATH];
  const enum files_error error = check_new(&after);
  if (error != FILES_OK) return error;
  /* Linux has no room for the zero at the end of a longer one. */
  if (said.length >= FILES_LONGEST_PATH) return FILES_NAME_TOO_LONG;
  memcpy(text, said.bytes, said.length);
  text[said.length] = '\0';
  return store_make_link(text, walk_place(&after));
}

static enum files_error check_said(struct files_path said) {
  if (said.length == 0) return FILES_NO_ENTRY;
  if (said.bytes[0] == '/') return FILES_NOT_PERMITTED;
  return memchr(said.bytes, 0, said.length) == NULL ? FILES_OK : FILES_INVALID;
}

uint32_t device_files_symlink_at(void *device, uint32_t rep, uint32_t offset, uint32_t length, uint32_t to_offset,
                                 uint32_t to_length) {
  (void)device;
  files_begin();
  const struct files_path said = files_path_at(offset, length);
  enum files_error error = check_said(said);
  if (error != FILES_OK) return result_nothing(error);
  error = to_change(&after, rep, to_offset, to_length);
  if (error == FILES_OK) error = symlink(said);
  walk_end(&after);
  return result_nothing(error);
}

static enum files_error read_link(const struct walk *walk, char *text, uint32_t *length) {
  /* What a path means that ends in a directory is no link. */
  if (walk->as_directory || walk_is_nameless(walk)) return FILES_INVALID;
  files_held found;
  struct files_stat stat;
  enum files_error error = store_look(walk_place(walk), &found, &stat);
  if (error != FILES_OK) return error;
  error = stat.type == FILES_LINK ? store_link_text(found, text, length) : FILES_INVALID;
  store_let_go(found);
  if (error != FILES_OK) return error;
  if (!utf8_is_valid((const uint8_t *)text, *length)) return FILES_ILLEGAL_BYTE_SEQUENCE;
  return *length > 0 && text[0] == '/' ? FILES_NOT_PERMITTED : FILES_OK;
}

uint32_t device_files_readlink_at(void *device, uint32_t rep, uint32_t offset, uint32_t length) {
  (void)device;
  static char text[FILES_LONGEST_PATH];
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  uint32_t said = 0;
  enum files_error error = files_needs_directory(it);
  if (error != FILES_OK) return result_span(error, (struct span){0, 0});
  error = walk_begin(&before, it->held, files_path_at(offset, length), WALK_NAME);
  if (error == FILES_OK) error = read_link(&before, text, &said);
  walk_end(&before);
  return result_span(error, error == FILES_OK ? transfer_store(text, said) : (struct span){0, 0});
}
