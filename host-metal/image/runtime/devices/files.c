/*
 * atoll:device/files: granted directories by handles, in core values.
 *
 * The counterpart of host-linux/devices/files.ts. Here is what is opened, and what is done to
 * contents; names are in files-names.c, and what is known of them in files-attributes.c.
 */
#include "files.h"

#include <string.h>

#include "../estates.h"
#include "../files/opening.h"
#include "../files/results.h"
#include "../kernel/supervision.h"
#include "../kernel/worker.h"
#include "../message.h"
#include "../platform.h"
#include "../trap.h"
#include "../utf8.h"

/* That are read at once. */
#define MOST_BYTES (1024u * 1024)
/* Offsets behind this no host takes: Node's numbers end there. */
#define MOST_OFFSET ((1ull << 53) - 1)
/* In a batch. */
#define MOST_ENTRIES 256

enum { PREOPEN_SIZE = 12, ENTRY_SIZE = 12, ENTRY_NAME = 4 };

void files_begin(void) {
  trap_check_stack();
  supervision_check();
}

struct files_path files_path_at(uint32_t offset, uint32_t length) {
  return (struct files_path){(const char *)transfer_bytes(offset, length), length};
}

enum files_error files_needs_directory(const struct descriptor *it) {
  return it->is_directory ? FILES_OK : FILES_NOT_DIRECTORY;
}

enum files_error files_needs_change(const struct descriptor *it) {
  if (!it->is_directory) return FILES_NOT_DIRECTORY;
  return it->may_change ? FILES_OK : FILES_READ_ONLY;
}

static const char *why_not(enum files_error error) {
  return error == FILES_NOT_DIRECTORY ? "which is not a directory" : "which cannot be opened";
}

void device_files_start(struct device_files *device) {
  for (uint32_t i = 0; i < device->count; i++) {
    files_held root;
    const enum files_error error = store_root(device->granted[i].path, &root);
    if (error == FILES_OK) store_let_go(root);
    if (error == FILES_OK) continue;
    const char *const parts[] = {"atoll: Process ",  device->process, " is granted the directory ",
                                 device->granted[i].path, ", ",       why_not(error), ".\n"};
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) message_put(parts[part]);
    platform_exit(1);
  }
}

static struct descriptors_opener opener_of(const struct device_files *it) {
  const struct worker *worker = device_kernel_worker(it->position);
  return (struct descriptors_opener){worker == NULL ? -1 - (int64_t)it->position : worker->pid, it->position};
}

/* It is opened by its path each time: a process that begins anew finds a directory that was made anew. */
static enum files_error open_root(const struct device_files *it, const struct device_files_granted *granted,
                                  uint32_t *rep) {
  enum files_error error = descriptors_room(opener_of(it));
  files_held root;
  if (error == FILES_OK) error = store_root(granted->path, &root);
  if (error != FILES_OK) return error;
  struct descriptor descriptor = opening_directory(root, granted->write);
  descriptor.opener = opener_of(it);
  *rep = descriptors_add(descriptor);
  return FILES_OK;
}

static char *put(char *to, const char *end, const char *text) {
  while (to < end && *text != '\0') *to++ = *text++;
  return to;
}

static void refuse(const char *as, enum files_error error) __attribute__((noreturn));
static void refuse(const char *as, enum files_error error) {
  static const char *const names[] = {FILES_ERROR_NAMES};
  static char text[512];
  const char *const end = text + sizeof text - 1;
  char *to = put(text, end, "files: the granted directory \"");
  to = put(put(put(put(to, end, as), end, "\" cannot be opened ("), end, names[error]), end, ")");
  *to = '\0';
  trap_refuse(text);
}

uint32_t device_files_preopens(void *device) {
  files_begin();
  const struct device_files *it = device;
  uint32_t reps[FILES_MOST_GRANTED];
  for (uint32_t i = 0; i < it->count; i++) {
    const enum files_error error = open_root(it, &it->granted[i], &reps[i]);
    if (error == FILES_OK) continue;
    for (uint32_t opened = 0; opened < i; opened++) descriptors_close(reps[opened]);
    refuse(it->granted[i].as, error);
  }
  const struct span list = transfer_allocate(it->count * PREOPEN_SIZE, 4);
  for (uint32_t i = 0; i < it->count; i++) {
    const char *as = it->granted[i].as;
    const uint32_t at = list.offset + i * PREOPEN_SIZE;
    transfer_put_u32(at, i == 0 ? estates_give(it->table, it->descriptor_type, reps[i])
                                : estates_give_more(it->table, it->descriptor_type, reps[i]));
    transfer_put_span(at + 4, transfer_store(as, (uint32_t)strlen(as)));
  }
  return transfer_list((struct span){list.offset, it->count});
}

void device_files_drop(void *device, uint32_t rep) {
  (void)device;
  descriptors_close(rep);
}

uint32_t device_files_open_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                              uint32_t open, uint32_t flags) {
  files_begin();
  const struct device_files *it = device;
  const struct opening opening = {files_path_at(offset, length), (path_flags & FILES_SYMLINK_FOLLOW) != 0, open, flags};
  struct descriptor made = {0};
  enum files_error error = descriptors_room(opener_of(it));
  if (error == FILES_OK) error = opening_at(descriptors_of(rep), &opening, &made);
  if (error != FILES_OK) return result_handle(error, 0);
  made.opener = opener_of(it);
  return result_handle(FILES_OK, estates_give(it->table, it->descriptor_type, descriptors_add(made)));
}

static enum files_error needs(const struct descriptor *it, uint32_t flag) {
  if (it->is_directory) return FILES_IS_DIRECTORY;
  if ((it->flags & flag) != 0) return FILES_OK;
  return flag == FILES_WRITE && !it->may_change ? FILES_READ_ONLY : FILES_BAD_DESCRIPTOR;
}

uint32_t device_files_read(void *device, uint32_t rep, uint64_t length, uint64_t offset) {
  (void)device;
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  enum files_error error = needs(it, FILES_READ);
  if (error != FILES_OK) return result_bytes(error, (struct span){0, 0}, false);
  struct span bytes = transfer_allocate(length < MOST_BYTES ? (uint32_t)length : MOST_BYTES, 1);
  const uint32_t most = bytes.length;
  bytes.length = 0;
  if (offset <= MOST_OFFSET)
    error = store_read(it->held, offset, transfer_bytes(bytes.offset, most), most, &bytes.length);
  return result_bytes(error, bytes, bytes.length < most);
}

uint32_t device_files_write(void *device, uint32_t rep, uint32_t at, uint32_t length, uint64_t offset) {
  (void)device;
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  uint32_t done = 0;
  enum files_error error = needs(it, FILES_WRITE);
  if (error == FILES_OK && offset > MOST_OFFSET) error = FILES_FILE_TOO_LARGE;
  if (error == FILES_OK) error = store_write(it->held, offset, transfer_bytes(at, length), length, &done);
  return result_u64(error, done);
}

uint32_t device_files_append(void *device, uint32_t rep, uint32_t at, uint32_t length) {
  (void)device;
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  uint32_t done = 0;
  enum files_error error = needs(it, FILES_WRITE);
  if (error == FILES_OK) error = store_append(it->held, it->flags, transfer_bytes(at, length), length, &done);
  return result_u64(error, done);
}

uint32_t device_files_set_size(void *device, uint32_t rep, uint64_t size) {
  (void)device;
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  enum files_error error = needs(it, FILES_WRITE);
  if (error == FILES_OK && size > MOST_OFFSET) error = FILES_FILE_TOO_LARGE;
  return result_nothing(error == FILES_OK ? store_set_size(it->held, size) : error);
}

static uint32_t sync(uint32_t rep, bool data_only) {
  files_begin();
  const struct descriptor *it = descriptors_of(rep);
  return result_nothing(store_sync(it->held, it->is_directory, data_only));
}

uint32_t device_files_sync(void *device, uint32_t rep) {
  (void)device;
  return sync(rep, false);
}

uint32_t device_files_sync_data(void *device, uint32_t rep) {
  (void)device;
  return sync(rep, true);
}

uint32_t device_files_read_directory(void *device, uint32_t rep) {
  files_begin();
  const struct device_files *it = device;
  const struct descriptor *directory = descriptors_of(rep);
  struct descriptor made = {.is_listing = true, .opener = opener_of(it)};
  enum files_error error = descriptors_room(made.opener);
  if (error == FILES_OK) error = files_needs_directory(directory);
  if (error == FILES_OK) error = store_list(directory->held, &made.listing);
  if (error != FILES_OK) return result_handle(error, 0);
  return result_handle(FILES_OK, estates_give(it->table, it->listing_type, descriptors_add(made)));
}

/* Names that are not text are left out, because nothing here can name them. */
uint32_t device_files_read_directory_entries(void *device, uint32_t rep) {
  (void)device;
  files_begin();
  struct files_listing *listing = &descriptors_listing(rep)->listing;
  const struct span list = transfer_allocate(MOST_ENTRIES * ENTRY_SIZE, 4);
  uint32_t count = 0;
  while (count < MOST_ENTRIES) {
    const char *name;
    enum files_type type;
    const enum files_error error = store_list_next(listing, &name, &type);
    if (error != FILES_OK) return result_span(error, list);
    if (name == NULL) break;
    const uint32_t length = (uint32_t)strlen(name);
    if (!utf8_is_valid((const uint8_t *)name, length)) continue;
    const uint32_t at = list.offset + count++ * ENTRY_SIZE;
    transfer_put_u32(at, (uint32_t)type);
    transfer_put_span(at + ENTRY_NAME, transfer_store(name, length));
  }
  return result_span(FILES_OK, (struct span){list.offset, count});
}
