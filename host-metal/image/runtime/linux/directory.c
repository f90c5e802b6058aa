/*
 * Directories of Linux; see host-linux/devices/path-walk.ts and directory-files.ts.
 *
 * A path is walked name by name, each resolved through its links and compared with
 * the root before the next is looked up, so nothing outside is even touched.
 */
#define _GNU_SOURCE
#include "../platform-directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../path-names.h"
#include "../utf8.h"
#include "folder.h"

static enum directory_error error_of(int number) {
  switch (number) {
    case ENOENT:
    case ENAMETOOLONG: return DIRECTORY_NOT_FOUND;
    case ENOTDIR: return DIRECTORY_NOT_A_DIRECTORY;
    case EISDIR: return DIRECTORY_IS_A_DIRECTORY;
    default: return DIRECTORY_IO;
  }
}

void *directory_root(const char *path, const char **why) {
  char joined[PATH_MAX];
  char *real = folder_path(path, joined) ? realpath(joined, NULL) : NULL;
  struct stat stat_of;
  *why = "cannot be opened";
  if (real == NULL || stat(real, &stat_of) != 0) return NULL;
  *why = "is not a directory";
  return S_ISDIR(stat_of.st_mode) ? real : NULL;
}

static bool is_inside(const char *root, const char *real) {
  const size_t length = strlen(root);
  if (strncmp(root, real, length) != 0) return false;
  return real[length] == '\0' || real[length] == '/' || root[length - 1] == '/';
}

/* What the real directory `from` calls `name`. */
static enum directory_error walk_one(const char *root, char *from, const char *name) {
  char joined[PATH_MAX];
  const int length = snprintf(joined, sizeof joined, "%s/%s", from, name);
  if (length >= (int)sizeof joined) return DIRECTORY_NOT_FOUND;
  char real[PATH_MAX];
  if (realpath(joined, real) == NULL) return error_of(errno);
  if (!is_inside(root, real)) return DIRECTORY_ESCAPES;
  strcpy(from, real);
  return DIRECTORY_OK;
}

/* The real path of what `path` names, which has room for PATH_MAX, and its last name, for PATH_MOST. */
static enum directory_error walk(const char *root, struct directory_path path, char *real, char *last) {
  struct path_names names;
  enum directory_error error = path_names_of(path, &names);
  strcpy(real, root);
  last[0] = '\0';
  for (const char *name = names.text; error == DIRECTORY_OK && *name != '\0'; name += strlen(name) + 1) {
    error = walk_one(root, real, name);
    strcpy(last, name);
  }
  return error;
}

static enum directory_error entry_of(const char *real, struct directory_entry *entry) {
  struct stat stat_of;
  if (stat(real, &stat_of) != 0) return error_of(errno);
  entry->is_directory = S_ISDIR(stat_of.st_mode);
  if (!entry->is_directory && !S_ISREG(stat_of.st_mode)) return DIRECTORY_IO;
  entry->size = entry->is_directory ? 0 : (uint64_t)stat_of.st_size;
  return DIRECTORY_OK;
}

enum directory_error directory_stat(void *root, struct directory_path path, struct directory_entry *entry) {
  static char last[PATH_MOST + 1];
  char real[PATH_MAX];
  const enum directory_error error = walk(root, path, real, last);
  entry->name = last;
  return error == DIRECTORY_OK ? entry_of(real, entry) : error;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct directory_entry *)a)->name, ((const struct directory_entry *)b)->name);
}

/* Of what cannot be opened nothing is shown: a link that leads out or nowhere, a pipe. */
static bool is_shown(const char *root, const char *real, struct directory_entry *entry) {
  char target[PATH_MAX];
  strcpy(target, real);
  return walk_one(root, target, entry->name) == DIRECTORY_OK && entry_of(target, entry) == DIRECTORY_OK;
}

static bool is_listed(const char *name) {
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return false;
  return utf8_is_valid((const uint8_t *)name, strlen(name));
}

/* All names that are text, in no order; NULL in `*entries` and an error where there are too many. */
static enum directory_error names_in(DIR *directory, struct directory_entry **entries, uint32_t *count) {
  uint32_t room = 0;
  *entries = NULL;
  *count = 0;
  for (struct dirent *next = readdir(directory); next != NULL; next = readdir(directory)) {
    if (!is_listed(next->d_name)) continue;
    if (*count == DIRECTORY_MOST_ENTRIES) return DIRECTORY_TOO_LARGE;
    if (*count == room) {
      room = room == 0 ? 64 : 2 * room;
      struct directory_entry *more = realloc(*entries, room * sizeof **entries);
      if (more == NULL) return DIRECTORY_IO;
      *entries = more;
    }
    const char *name = strdup(next->d_name);
    if (name == NULL) return DIRECTORY_IO;
    (*entries)[(*count)++] = (struct directory_entry){.name = name};
  }
  return DIRECTORY_OK;
}

enum directory_error directory_list(void *root, struct directory_path path,
                                    const struct directory_entry **listed, uint32_t *count) {
  char real[PATH_MAX];
  char last[PATH_MOST + 1];
  enum directory_error error = walk(root, path, real, last);
  if (error != DIRECTORY_OK) return error;
  DIR *directory = opendir(real);
  if (directory == NULL) return error_of(errno);
  struct directory_entry *entries;
  error = names_in(directory, &entries, count);
  closedir(directory);
  if (error != DIRECTORY_OK) {
    directory_end(entries, *count);
    return error;
  }
  uint32_t shown = 0;
  for (uint32_t i = 0; i < *count; i++) {
    if (is_shown(root, real, &entries[i])) entries[shown++] = entries[i];
    else free((void *)entries[i].name);
  }
  *listed = entries;
  *count = shown;
  if (shown > 1) qsort(entries, shown, sizeof *entries, by_name);
  return DIRECTORY_OK;
}

void directory_end(const struct directory_entry *entries, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) free((void *)entries[i].name);
  free((void *)entries);
}

enum directory_error directory_open(void *root, struct directory_path path, int *file) {
  char real[PATH_MAX];
  char last[PATH_MOST + 1];
  const enum directory_error error = walk(root, path, real, last);
  if (error != DIRECTORY_OK) return error;
  /* Not blocking, because opening a pipe would wait for its writer. */
  *file = open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (*file < 0) return error_of(errno);
  struct stat stat_of;
  char link[64];
  char opened[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", *file);
  const ssize_t length = readlink(link, opened, sizeof opened - 1);
  enum directory_error found = DIRECTORY_OK;
  if (fstat(*file, &stat_of) != 0) found = error_of(errno);
  else if (S_ISDIR(stat_of.st_mode)) found = DIRECTORY_IS_A_DIRECTORY;
  else if (!S_ISREG(stat_of.st_mode) || length < 0) found = DIRECTORY_IO;
  else {
    /* Somebody may have swapped a directory for a link after the walk. */
    opened[length] = '\0';
    if (!is_inside(root, opened)) found = DIRECTORY_ESCAPES;
  }
  if (found != DIRECTORY_OK) close(*file);
  return found;
}

enum directory_error directory_size(int file, uint64_t *size) {
  struct stat stat_of;
  if (fstat(file, &stat_of) != 0) return error_of(errno);
  *size = (uint64_t)stat_of.st_size;
  return DIRECTORY_OK;
}

enum directory_error directory_read(int file, uint64_t offset, void *bytes, uint32_t count, uint32_t *done) {
  for (*done = 0; *done < count;) {
    const ssize_t part = pread(file, (uint8_t *)bytes + *done, count - *done, (off_t)(offset + *done));
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) return error_of(errno);
    if (part == 0) break;
    *done += (uint32_t)part;
  }
  return DIRECTORY_OK;
}

void directory_close(int file) { close(file); }
