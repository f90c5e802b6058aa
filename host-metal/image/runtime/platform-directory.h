/*
 * Directories, as a platform has them: files of Linux, or packed into the image.
 *
 * Paths are those of a guest, of `length` bytes without a NUL, below a root that
 * nothing leaves: not by `..`, not by a link. Results are 0, or an error of
 * `atoll:device/directory`, as its position in the enum plus one.
 */
#ifndef ATOLL_PLATFORM_DIRECTORY_H_
#define ATOLL_PLATFORM_DIRECTORY_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum directory_error {
  DIRECTORY_OK,
  DIRECTORY_NOT_FOUND,
  DIRECTORY_NOT_A_DIRECTORY,
  DIRECTORY_IS_A_DIRECTORY,
  DIRECTORY_ESCAPES,
  DIRECTORY_TOO_LARGE,
  DIRECTORY_INVALID_UTF8,
  DIRECTORY_IO,
};

/* Entries of one directory. */
#define DIRECTORY_MOST_ENTRIES 65536

struct directory_entry {
  const char *name;
  bool is_directory;
  uint64_t size;
};

struct directory_path {
  const char *bytes;
  uint32_t length;
};

/* The root of what was granted, or NULL with why in `*why`. */
void *directory_root(const char *path, const char **why);

/* `entry->name` is not set. */
enum directory_error directory_stat(void *root, struct directory_path path, struct directory_entry *entry);

/* The files and directories that can be opened from there, sorted by name, until `directory_end`. */
enum directory_error directory_list(void *root, struct directory_path path,
                                    const struct directory_entry **entries, uint32_t *count);
void directory_end(const struct directory_entry *entries, uint32_t count);

/* A file, until it is closed; 0 or more. */
enum directory_error directory_open(void *root, struct directory_path path, int *file);
enum directory_error directory_size(int file, uint64_t *size);
/* Reads what there is from an offset on; returns how many bytes in `*done`. */
enum directory_error directory_read(int file, uint64_t offset, void *bytes, uint32_t count, uint32_t *done);
void directory_close(int file);

#endif
