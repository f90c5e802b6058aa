/*
 * Files that guests have opened: resources of `atoll:device/directory`.
 *
 * One table for a system, so that a handle means the same to whoever holds it. A rep
 * is never given out twice; a handle that is dropped closes its file.
 */
#include "../estates.h"
#include "../message.h"
#include "../platform-directory.h"
#include "../platform.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

/* Of all processes together; a host has a thousand descriptors as a rule. */
#define MOST_OPEN 512
#define MOST_REPS 0x80000000u
#define MOST_BYTES (64u * 1024 * 1024)

static struct {
  /* 0: the place is free. */
  uint32_t rep;
  int file;
} open_files[MOST_OPEN];
static uint32_t next_rep = 1;

/* Its place; ends the system where no file is open as that. */
static uint32_t place_of(uint32_t rep) {
  for (uint32_t i = 0; rep != 0 && i < MOST_OPEN; i++)
    if (open_files[i].rep == rep) return i;
  message_put("atoll: A device was given a file that is not open.\n");
  platform_exit(1);
}

static uint32_t free_place(void) {
  uint32_t i = 0;
  while (i < MOST_OPEN && open_files[i].rep != 0) i++;
  return i;
}

static uint32_t error_result(uint32_t size, uint32_t payload, enum directory_error error) {
  const uint32_t result = transfer_result(size, payload == 8 ? 8 : 4);
  transfer_put_u8(result, 1);
  transfer_put_u8(result + payload, (uint8_t)(error - 1));
  return result;
}

uint32_t device_directory_open(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  const struct device_directory *it = device;
  const struct directory_path path = {(const char *)transfer_bytes(offset, length), length};
  int file;
  const enum directory_error error = directory_open(it->root, path, &file);
  if (error != DIRECTORY_OK) return error_result(8, 4, error);
  const uint32_t place = free_place();
  if (place == MOST_OPEN || next_rep >= MOST_REPS) {
    directory_close(file);
    return error_result(8, 4, DIRECTORY_TOO_LARGE);
  }
  open_files[place].rep = next_rep++;
  open_files[place].file = file;
  const uint32_t handle = estates_give(it->table, it->type, open_files[place].rep);
  const uint32_t result = transfer_result(8, 4);
  transfer_put_u32(result + 4, handle);
  return result;
}

uint32_t device_directory_file_read(void *device, uint32_t rep, uint64_t offset, uint32_t length) {
  (void)device;
  trap_check_stack();
  if (length > MOST_BYTES) return error_result(12, 4, DIRECTORY_TOO_LARGE);
  const int file = open_files[place_of(rep)].file;
  uint64_t size;
  enum directory_error error = directory_size(file, &size);
  if (error != DIRECTORY_OK) return error_result(12, 4, error);
  const uint64_t left = offset < size ? size - offset : 0;
  struct span span = transfer_allocate(left < length ? (uint32_t)left : length, 1);
  error = directory_read(file, offset, transfer_bytes(span.offset, span.length), span.length, &span.length);
  if (error != DIRECTORY_OK) return error_result(12, 4, error);
  const uint32_t result = transfer_result(12, 4);
  transfer_put_span(result + 4, span);
  return result;
}

uint32_t device_directory_file_size(void *device, uint32_t rep) {
  (void)device;
  trap_check_stack();
  uint64_t size;
  const enum directory_error error = directory_size(open_files[place_of(rep)].file, &size);
  if (error != DIRECTORY_OK) return error_result(16, 8, error);
  const uint32_t result = transfer_result(16, 8);
  transfer_put_u64(result + 8, size);
  return result;
}

void device_directory_file_drop(void *device, uint32_t rep) {
  (void)device;
  const uint32_t place = place_of(rep);
  directory_close(open_files[place].file);
  open_files[place].rep = 0;
}
