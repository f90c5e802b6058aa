/*
 * atoll:device/directory: a granted directory, read only, in core values.
 *
 * Results are laid out as CanonicalABI.md says (offsets in bytes); the counterpart of
 * host-linux/devices/directory.ts:
 *
 *      entry                       result<list or string, error-code>
 *       0 name: offset, length      0 discriminant, 0 ok or 1 error
 *       8 kind: u8                  4 ok: offset, length; or error-code: u8
 *      16 size: u64                12
 *      24                          result<entry, error-code>: payload at 8, 32 in all
 *
 * A result<file, error-code> is 8 long, one of u64 is 16: their payloads are at 4 and 8.
 */
#include "../platform-directory.h"

#include <string.h>

#include "../message.h"
#include "../platform.h"
#include "../transfer.h"
#include "../trap.h"
#include "../utf8.h"
#include "devices.h"

enum { ENTRY_KIND = 8, ENTRY_BYTES = 16, ENTRY_SIZE = 24 };

/* That are read at once. */
#define MOST_BYTES (64u * 1024 * 1024)

void device_directory_start(struct device_directory *device) {
  if (device->root != NULL) return;
  const char *why = NULL;
  device->root = directory_root(device->path, &why);
  if (device->root != NULL) return;
  const char *const parts[] = {"atoll: Process ", device->process, " is granted the directory ",
                               device->path,      ", which ",      why, ".\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) message_put(parts[i]);
  platform_exit(1);
}

static struct directory_path path_at(uint32_t offset, uint32_t length) {
  return (struct directory_path){(const char *)transfer_bytes(offset, length), length};
}

static uint32_t error_result(uint32_t size, uint32_t payload, enum directory_error error) {
  const uint32_t result = transfer_result(size, payload == 8 ? 8 : 4);
  transfer_put_u8(result, 1);
  transfer_put_u8(result + payload, (uint8_t)(error - 1));
  return result;
}

static uint32_t span_result(enum directory_error error, struct span span) {
  if (error != DIRECTORY_OK) return error_result(12, 4, error);
  const uint32_t result = transfer_result(12, 4);
  transfer_put_span(result + 4, span);
  return result;
}

static void put_entry(uint32_t at, struct span name, const struct directory_entry *entry) {
  transfer_put_span(at, name);
  transfer_put_u8(at + ENTRY_KIND, entry->is_directory ? 1 : 0);
  transfer_put_u64(at + ENTRY_BYTES, entry->size);
}

uint32_t device_directory_list(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  const struct device_directory *it = device;
  const struct directory_entry *entries;
  uint32_t count;
  const enum directory_error error = directory_list(it->root, path_at(offset, length), &entries, &count);
  if (error != DIRECTORY_OK) return span_result(error, (struct span){0, 0});
  const struct span list = transfer_allocate(count * ENTRY_SIZE, 8);
  memset(transfer_bytes(list.offset, list.length), 0, list.length);
  for (uint32_t i = 0; i < count; i++) {
    const struct span name = transfer_store(entries[i].name, (uint32_t)strlen(entries[i].name));
    put_entry(list.offset + i * ENTRY_SIZE, name, &entries[i]);
  }
  directory_end(entries, count);
  return span_result(DIRECTORY_OK, (struct span){list.offset, count});
}

/* At most `most` bytes from `at` on. */
static enum directory_error read_range(int file, uint64_t at, uint64_t most, struct span *span) {
  uint64_t size;
  const enum directory_error error = directory_size(file, &size);
  if (error != DIRECTORY_OK) return error;
  const uint64_t left = at < size ? size - at : 0;
  const uint64_t count = left < most ? left : most;
  if (count > MOST_BYTES) return DIRECTORY_TOO_LARGE;
  *span = transfer_allocate((uint32_t)count, 1);
  return directory_read(file, at, transfer_bytes(span->offset, span->length), span->length, &span->length);
}

static enum directory_error read_file(void *device, uint32_t offset, uint32_t length, struct span *span) {
  const struct device_directory *it = device;
  int file;
  enum directory_error error = directory_open(it->root, path_at(offset, length), &file);
  if (error != DIRECTORY_OK) return error;
  error = read_range(file, 0, UINT64_MAX, span);
  directory_close(file);
  return error;
}

uint32_t device_directory_read(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  struct span span = {0, 0};
  const enum directory_error error = read_file(device, offset, length, &span);
  return span_result(error, span);
}

uint32_t device_directory_read_text(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  struct span span = {0, 0};
  enum directory_error error = read_file(device, offset, length, &span);
  if (error != DIRECTORY_OK) return span_result(error, span);
  const uint8_t *bytes = transfer_bytes(span.offset, span.length);
  if (!utf8_is_valid(bytes, span.length)) error = DIRECTORY_INVALID_UTF8;
  /* EF BB BF, which editors of one vendor put before text. */
  if (span.length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
    span = (struct span){span.offset + 3, span.length - 3};
  return span_result(error, span);
}

uint32_t device_directory_stat(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  const struct device_directory *it = device;
  struct directory_path path = path_at(offset, length);
  struct directory_entry entry;
  const enum directory_error error = directory_stat(it->root, path, &entry);
  if (error != DIRECTORY_OK) return error_result(32, 8, error);
  const struct span name = transfer_store(entry.name, (uint32_t)strlen(entry.name));
  const uint32_t result = transfer_result(32, 8);
  put_entry(result + 8, name, &entry);
  return result;
}
