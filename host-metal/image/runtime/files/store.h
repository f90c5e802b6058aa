/*
 * Where granted directories lie: files of Linux, or a tree in the memory of a bare machine.
 *
 * A store knows names in directories that are open, and never a path: what a path leads to
 * is found above it, name by name (walk.h). So no name given to it has a slash in it, none is
 * empty, "." or "..", and none follows a link. Errors are those of `atoll:device/files`.
 */
#ifndef ATOLL_FILES_STORE_H_
#define ATOLL_FILES_STORE_H_

#include <stdbool.h>
#include <stdint.h>

#include "kernel-abi.h"

/* Bytes of a path, and of what a link says. */
#define FILES_LONGEST_PATH 4096

/* A file, a directory or whatever else has a name, held until it is let go of. */
typedef intptr_t files_held;

/* Positions in `descriptor-type` of wit/device.wit. */
enum files_type {
  FILES_UNKNOWN,
  FILES_BLOCK_DEVICE,
  FILES_CHARACTER_DEVICE,
  FILES_DIRECTORY,
  FILES_FIFO,
  FILES_LINK,
  FILES_FILE,
  FILES_SOCKET,
};

struct files_stat {
  enum files_type type;
  uint64_t links;
  uint64_t size;
  /* Nanoseconds since 1970. */
  uint64_t accessed;
  uint64_t modified;
  uint64_t changed;
  /* Together no other thing's while it is there. */
  uint64_t store;
  uint64_t number;
};

/* Flags of `descriptor-flags`. */
enum {
  FILES_READ = 1,
  FILES_WRITE = 2,
  FILES_INTEGRITY_SYNC = 4,
  FILES_DATA_SYNC = 8,
  FILES_REQUESTED_SYNC = 16,
  FILES_MUTATE_DIRECTORY = 32,
};

/* A name in a directory, which something may have. */
struct files_place {
  files_held directory;
  const char *name;
};

/* Cases of `new-timestamp`. */
enum files_time_case { FILES_TIME_KEPT, FILES_TIME_NOW, FILES_TIME_SET };
struct files_time {
  enum files_time_case is;
  uint64_t nanoseconds;
};

/* How many things can be held at a time. */
uint32_t store_most(void);
/* The directory that was granted as `path`. */
enum files_error store_root(const char *path, files_held *root);
/* What is held, once more. */
enum files_error store_again(files_held held, files_held *again);
void store_let_go(files_held held);

/* What has the name, held for looking and for what is done by names. */
enum files_error store_look(struct files_place place, files_held *found, struct files_stat *stat);
/* What a link says that was looked at: `text` has room for FILES_LONGEST_PATH. */
enum files_error store_link_text(files_held link, char *text, uint32_t *length);
/* A file that was looked at, held for reading or writing, as `flags` say. */
enum files_error store_open(files_held found, uint32_t flags, bool truncate, files_held *file);
/* A new file; `exist` where something has the name. */
enum files_error store_create(struct files_place place, uint32_t flags, files_held *file);

enum files_error store_make_directory(struct files_place place);
enum files_error store_make_link(const char *text, struct files_place place);
enum files_error store_remove_directory(struct files_place place);
enum files_error store_remove_file(struct files_place place);
enum files_error store_rename(struct files_place from, struct files_place to);
enum files_error store_name_again(struct files_place from, struct files_place to);

/* All three go on until all is done or nothing more is; `*done` bytes were. An error only where that is none. */
enum files_error store_read(files_held file, uint64_t offset, void *bytes, uint32_t count, uint32_t *done);
enum files_error store_write(files_held file, uint64_t offset, const void *bytes, uint32_t count, uint32_t *done);
enum files_error store_append(files_held file, uint32_t flags, const void *bytes, uint32_t count, uint32_t *done);
enum files_error store_set_size(files_held file, uint64_t size);
enum files_error store_sync(files_held held, bool is_directory, bool data_only);
enum files_error store_stat(files_held held, struct files_stat *stat);
enum files_error store_set_times(files_held held, struct files_time accessed, struct files_time modified);

/* What lies in a directory, in no order, each once that is there from begin to end. */
struct files_listing {
  /* The store's own. */
  intptr_t of;
  /* What was listed last: of a store in memory, where it is, and what the directory was like then. */
  intptr_t last;
  uint64_t sequence;
  uint64_t removals;
};
enum files_error store_list(files_held directory, struct files_listing *listing);
/* `*name`, until the next call, is NULL behind the last one. Without "." and "..". */
enum files_error store_list_next(struct files_listing *listing, const char **name, enum files_type *type);
void store_list_end(struct files_listing *listing);

/* A key for numbers that must not be told as they are. */
void store_key(uint64_t key[2]);

#endif
