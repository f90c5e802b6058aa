/*
 * Files of Linux as a store: what is held is a descriptor, of a place as long as it is only
 * looked at (O_PATH), so that nothing happens to pipes and devices. No link is followed.
 */
#define _GNU_SOURCE
#include "../files/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../platform.h"
#include "folder.h"

#define SECOND 1000000000ull
/* "/proc/self/fd/" and a number. */
#define OPENED_BYTES 32

static enum files_error error_of(int number) {
  switch (number) {
    case EACCES: return FILES_ACCESS;
    case EAGAIN: return FILES_WOULD_BLOCK;
    case EBADF: return FILES_BAD_DESCRIPTOR;
    case EBUSY: return FILES_BUSY;
    case EDQUOT:
    case EMFILE:
    case ENFILE: return FILES_QUOTA;
    case EEXIST: return FILES_EXIST;
    case EFBIG: return FILES_FILE_TOO_LARGE;
    case EILSEQ: return FILES_ILLEGAL_BYTE_SEQUENCE;
    case EINTR: return FILES_INTERRUPTED;
    case EINVAL: return FILES_INVALID;
    case EISDIR: return FILES_IS_DIRECTORY;
    case ELOOP: return FILES_LOOP;
    case EMLINK: return FILES_TOO_MANY_LINKS;
    case ENAMETOOLONG: return FILES_NAME_TOO_LONG;
    case ENODEV: return FILES_NO_DEVICE;
    case ENOENT: return FILES_NO_ENTRY;
    case ENOMEM: return FILES_INSUFFICIENT_MEMORY;
    case ENOSPC: return FILES_INSUFFICIENT_SPACE;
    case ENOTDIR: return FILES_NOT_DIRECTORY;
    case ENOTEMPTY: return FILES_NOT_EMPTY;
    case EOPNOTSUPP: return FILES_UNSUPPORTED;
    case ENXIO: return FILES_NO_SUCH_DEVICE;
    case EOVERFLOW: return FILES_OVERFLOW;
    case EPERM: return FILES_NOT_PERMITTED;
    case EROFS: return FILES_READ_ONLY;
    case ESPIPE: return FILES_INVALID_SEEK;
    case ETXTBSY: return FILES_TEXT_FILE_BUSY;
    case EXDEV: return FILES_CROSS_DEVICE;
    default: return FILES_IO;
  }
}

static enum files_error done_or_error(int result) { return result >= 0 ? FILES_OK : error_of(errno); }

static enum files_error held_or_error(int fd, files_held *held) {
  *held = fd;
  return done_or_error(fd);
}

/* By this the same thing is opened again, whatever became of its names. */
static const char *opened(files_held held) {
  static char path[OPENED_BYTES];
  snprintf(path, sizeof path, "/proc/self/fd/%d", (int)held);
  return path;
}

/* Guests may have more open than a program may at first. */
uint32_t store_most(void) {
  static uint32_t most;
  struct rlimit limit;
  if (most > 0) return most;
  most = 1024;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return most;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0) return most;
  most = limit.rlim_cur < UINT32_MAX ? (uint32_t)limit.rlim_cur : UINT32_MAX;
  return most;
}

enum files_error store_root(const char *path, files_held *root) {
  char joined[PATH_MAX];
  if (!folder_path(path, joined)) return FILES_NAME_TOO_LONG;
  return held_or_error(open(joined, O_PATH | O_DIRECTORY | O_CLOEXEC), root);
}

enum files_error store_again(files_held held, files_held *again) {
  return held_or_error(fcntl((int)held, F_DUPFD_CLOEXEC, 0), again);
}

void store_let_go(files_held held) { close((int)held); }

static enum files_type type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFBLK: return FILES_BLOCK_DEVICE;
    case S_IFCHR: return FILES_CHARACTER_DEVICE;
    case S_IFDIR: return FILES_DIRECTORY;
    case S_IFIFO: return FILES_FIFO;
    case S_IFLNK: return FILES_LINK;
    case S_IFREG: return FILES_FILE;
    case S_IFSOCK: return FILES_SOCKET;
    default: return FILES_UNKNOWN;
  }
}

/* Times before 1970 are 0. */
static uint64_t nanoseconds(struct timespec time) {
  return time.tv_sec < 0 ? 0 : (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

enum files_error store_stat(files_held held, struct files_stat *stat) {
  struct stat of;
  if (fstat((int)held, &of) != 0) return error_of(errno);
  *stat = (struct files_stat){
      .type = type_of(of.st_mode),
      .links = of.st_nlink,
      .size = (uint64_t)of.st_size,
      .accessed = nanoseconds(of.st_atim),
      .modified = nanoseconds(of.st_mtim),
      .changed = nanoseconds(of.st_ctim),
      .store = of.st_dev,
      .number = of.st_ino,
  };
  return FILES_OK;
}

enum files_error store_look(struct files_place place, files_held *found, struct files_stat *stat) {
  const int fd = openat((int)place.directory, place.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return error_of(errno);
  *found = fd;
  const enum files_error error = store_stat(fd, stat);
  if (error != FILES_OK) close(fd);
  return error;
}

enum files_error store_link_text(files_held link, char *text, uint32_t *length) {
  const ssize_t count = readlinkat((int)link, "", text, FILES_LONGEST_PATH);
  if (count < 0) return error_of(errno);
  *length = (uint32_t)count;
  return FILES_OK;
}

static int sync_flags(uint32_t flags) {
  /* Linux treats O_RSYNC as O_SYNC. */
  const int whole = (flags & (FILES_INTEGRITY_SYNC | FILES_REQUESTED_SYNC)) != 0 ? O_SYNC : 0;
  return whole | ((flags & FILES_DATA_SYNC) != 0 ? O_DSYNC : 0);
}

static int access_of(uint32_t flags) {
  const bool reads = (flags & FILES_READ) != 0;
  const int access = (flags & FILES_WRITE) == 0 ? O_RDONLY : reads ? O_RDWR : O_WRONLY;
  /* Not blocking and no controlling terminal: what was looked at is a file, but nothing hangs on that alone. */
  return access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | sync_flags(flags);
}

enum files_error store_open(files_held found, uint32_t flags, bool truncate, files_held *file) {
  return held_or_error(open(opened(found), access_of(flags) | (truncate ? O_TRUNC : 0)), file);
}

enum files_error store_create(struct files_place place, uint32_t flags, files_held *file) {
  const int how = O_CREAT | O_EXCL | O_NOFOLLOW | access_of(flags);
  return held_or_error(openat((int)place.directory, place.name, how, 0666), file);
}

enum files_error store_make_directory(struct files_place place) {
  return done_or_error(mkdirat((int)place.directory, place.name, 0777));
}

enum files_error store_make_link(const char *text, struct files_place place) {
  return done_or_error(symlinkat(text, (int)place.directory, place.name));
}

enum files_error store_remove_directory(struct files_place place) {
  return done_or_error(unlinkat((int)place.directory, place.name, AT_REMOVEDIR));
}

enum files_error store_remove_file(struct files_place place) {
  return done_or_error(unlinkat((int)place.directory, place.name, 0));
}

enum files_error store_rename(struct files_place from, struct files_place to) {
  return done_or_error(renameat((int)from.directory, from.name, (int)to.directory, to.name));
}

enum files_error store_name_again(struct files_place from, struct files_place to) {
  return done_or_error(linkat((int)from.directory, from.name, (int)to.directory, to.name, 0));
}

enum files_error store_read(files_held file, uint64_t offset, void *bytes, uint32_t count, uint32_t *done) {
  for (*done = 0; *done < count;) {
    const ssize_t part = pread((int)file, (uint8_t *)bytes + *done, count - *done, (off_t)(offset + *done));
    if (part < 0 && errno == EINTR) continue;
    if (part < 0 && *done == 0) return error_of(errno);
    if (part <= 0) break;
    *done += (uint32_t)part;
  }
  return FILES_OK;
}

enum files_error store_write(files_held file, uint64_t offset, const void *bytes, uint32_t count, uint32_t *done) {
  for (*done = 0; *done < count;) {
    const ssize_t part = pwrite((int)file, (const uint8_t *)bytes + *done, count - *done, (off_t)(offset + *done));
    if (part < 0 && errno == EINTR) continue;
    if (part < 0 && *done == 0) return error_of(errno);
    if (part <= 0) break;
    *done += (uint32_t)part;
  }
  return FILES_OK;
}

/* Linux finds the end itself, so that nobody else's bytes are written over: of a file that is open for that. */
enum files_error store_append(files_held file, uint32_t flags, const void *bytes, uint32_t count, uint32_t *done) {
  *done = 0;
  const int end = open(opened(file), O_WRONLY | O_APPEND | O_CLOEXEC | sync_flags(flags));
  if (end < 0) return error_of(errno);
  const enum files_error error = store_write(end, 0, bytes, count, done);
  close(end);
  return error;
}

enum files_error store_set_size(files_held file, uint64_t size) {
  return done_or_error(ftruncate((int)file, (off_t)size));
}

enum files_error store_sync(files_held held, bool is_directory, bool data_only) {
  if (!is_directory) return done_or_error(data_only ? fdatasync((int)held) : fsync((int)held));
  const int fd = openat((int)held, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return error_of(errno);
  const enum files_error error = done_or_error(data_only ? fdatasync(fd) : fsync(fd));
  close(fd);
  return error;
}

static struct timespec timespec_of(struct files_time time) {
  if (time.is == FILES_TIME_KEPT) return (struct timespec){.tv_nsec = UTIME_OMIT};
  if (time.is == FILES_TIME_NOW) return (struct timespec){.tv_nsec = UTIME_NOW};
  return (struct timespec){(time_t)(time.nanoseconds / SECOND), (long)(time.nanoseconds % SECOND)};
}

/* By the descriptor: what is only looked at can be a link, whose own times these are. */
enum files_error store_set_times(files_held held, struct files_time accessed, struct files_time modified) {
  const struct timespec times[] = {timespec_of(accessed), timespec_of(modified)};
  return done_or_error(utimensat(AT_FDCWD, opened(held), times, 0));
}

enum files_error store_list(files_held directory, struct files_listing *listing) {
  const int fd = openat((int)directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return error_of(errno);
  DIR *of = fdopendir(fd);
  if (of == NULL) {
    close(fd);
    return FILES_INSUFFICIENT_MEMORY;
  }
  *listing = (struct files_listing){.of = (intptr_t)of};
  return FILES_OK;
}

static enum files_type type_in(DIR *of, const struct dirent *entry) {
  if (entry->d_type != DT_UNKNOWN) return type_of(DTTOIF(entry->d_type));
  struct stat stat_of;
  const bool is_known = fstatat(dirfd(of), entry->d_name, &stat_of, AT_SYMLINK_NOFOLLOW) == 0;
  return is_known ? type_of(stat_of.st_mode) : FILES_UNKNOWN;
}

enum files_error store_list_next(struct files_listing *listing, const char **name, enum files_type *type) {
  DIR *of = (DIR *)listing->of;
  *name = NULL;
  for (;;) {
    errno = 0;
    const struct dirent *entry = readdir(of);
    if (entry == NULL) return errno == 0 ? FILES_OK : error_of(errno);
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    *name = entry->d_name;
    *type = type_in(of, entry);
    return FILES_OK;
  }
}

void store_list_end(struct files_listing *listing) { closedir((DIR *)listing->of); }

void store_key(uint64_t key[2]) {
  static uint64_t drawn[2];
  static bool is_drawn;
  if (!is_drawn) platform_random(drawn, sizeof drawn);
  is_drawn = true;
  memcpy(key, drawn, sizeof drawn);
}
