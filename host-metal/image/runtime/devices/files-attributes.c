/*
 * atoll:device/files: what is known of a file or a directory.
 *
 * See host-linux/devices/files/attributes.ts.
 */
#include "../files/results.h"
#include "files.h"

static struct walk walk;

static enum walk_last last_of(uint32_t path_flags) {
  return (path_flags & FILES_SYMLINK_FOLLOW) != 0 ? WALK_FOLLOW : WALK_LOOK;
}

/* What has a path; of a link in its last name what it leads to, or the link. */
static enum files_error stat_at(uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                                struct files_stat *stat) {
  const struct descriptor *it = descriptors_of(rep);
  enum files_error error = files_needs_directory(it);
  if (error != FILES_OK) return error;
  error = walk_begin(&walk, it->held, files_path_at(offset, length), last_of(path_flags));
  if (error == FILES_OK) error = walk_check(&walk);
  *stat = walk.stat;
  walk_end(&walk);
  return error;
}

uint32_t device_files_get_flags(void *device, uint32_t rep) {
  (void)device;
  files_begin();
  return result_small(FILES_OK, (uint8_t)descriptors_of(rep)->flags);
}

uint32_t device_files_get_type(void *device, uint32_t rep) {
  (void)device;
  files_begin();
  struct files_stat stat;
  const enum files_error error = store_stat(descriptors_of(rep)->held, &stat);
  return result_small(error, error == FILES_OK ? (uint8_t)stat.type : 0);
}

uint32_t device_files_stat(void *device, uint32_t rep) {
  (void)device;
  files_begin();
  struct files_stat stat;
  const enum files_error error = store_stat(descriptors_of(rep)->held, &stat);
  return result_stat(error, &stat);
}

uint32_t device_files_stat_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length) {
  (void)device;
  files_begin();
  struct files_stat stat;
  const enum files_error error = stat_at(rep, path_flags, offset, length, &stat);
  return result_stat(error, &stat);
}

static struct files_time time_of(uint32_t label, uint64_t nanoseconds) {
  const enum files_time_case is = label == 2 ? FILES_TIME_SET : label == 1 ? FILES_TIME_NOW : FILES_TIME_KEPT;
  return (struct files_time){is, nanoseconds};
}

uint32_t device_files_set_times(void *device, uint32_t rep, uint32_t accessed, uint64_t accessed_at, uint32_t modified,
                                uint64_t modified_at) {
  (void)device;
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  if (!it->may_change) return result_nothing(FILES_READ_ONLY);
  return result_nothing(
      store_set_times(it->held, time_of(accessed, accessed_at), time_of(modified, modified_at)));
}

uint32_t device_files_set_times_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                                   uint32_t accessed, uint64_t accessed_at, uint32_t modified, uint64_t modified_at) {
  (void)device;
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  enum files_error error = files_needs_change(it);
  if (error != FILES_OK) return result_nothing(error);
  error = walk_begin(&walk, it->held, files_path_at(offset, length), last_of(path_flags));
  if (error == FILES_OK) error = walk_check(&walk);
  if (error == FILES_OK)
    error = store_set_times(walk.found, time_of(accessed, accessed_at), time_of(modified, modified_at));
  walk_end(&walk);
  return result_nothing(error);
}

uint32_t device_files_is_same_object(void *device, uint32_t rep, uint32_t other) {
  (void)device;
  files_begin();
  struct files_stat one;
  struct files_stat two;
  if (store_stat(descriptors_of(rep)->held, &one) != FILES_OK) return 0;
  if (store_stat(descriptors_of(other)->held, &two) != FILES_OK) return 0;
  return one.store == two.store && one.number == two.number ? 1 : 0;
}

uint32_t device_files_metadata_hash(void *device, uint32_t rep) {
  (void)device;
  files_begin();
  struct files_stat stat;
  const enum files_error error = store_stat(descriptors_of(rep)->held, &stat);
  return result_hash(error, &stat);
}

uint32_t device_files_metadata_hash_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset,
                                       uint32_t length) {
  (void)device;
  files_begin();
  struct files_stat stat;
  const enum files_error error = stat_at(rep, path_flags, offset, length, &stat);
  return result_hash(error, &stat);
}
