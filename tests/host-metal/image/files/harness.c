/*
 * The device `atoll:device/files` of images on Linux, under sanitizers: does what lines of its input say.
 *
 * A line is an operation, numbers of slots that hold descriptors, numbers, and bytes in hexadecimal
 * ("-" for none); slots 0 and 1 are the granted directories. For each line it writes what came of it,
 * an error as `!` and its position in the enum. What it is linked with says where files lie.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

#include "devices/devices.h"
#include "estates.h"
#include "kernel/supervision.h"
#include "memory.h"
#include "message.h"
#include "platform.h"
#include "system-time.h"
#include "transfer.h"
#include "trap.h"

#define SLOTS 8
#define TRANSFER_BYTES (4u * 1024 * 1024)

/* What the device stands on. */

static _Alignas(16) uint8_t memory[TRANSFER_BYTES];
static uint32_t used;

uint8_t *transfer_bytes(uint32_t offset, uint32_t length) {
  if ((uint64_t)offset + length > TRANSFER_BYTES) abort();
  return memory + offset;
}

struct span transfer_allocate(uint32_t size, uint32_t alignment) {
  used = (used + alignment - 1) / alignment * alignment;
  const struct span span = {used, size};
  used += size;
  memset(transfer_bytes(span.offset, size), 0xa5, size);
  return span;
}

struct span transfer_store(const void *bytes, uint32_t length) {
  const struct span span = transfer_allocate(length, 1);
  memcpy(transfer_bytes(span.offset, length), bytes, length);
  return span;
}

uint32_t transfer_result(uint32_t size, uint32_t alignment) {
  const struct span span = transfer_allocate(size, alignment);
  memset(transfer_bytes(span.offset, size), 0, size);
  return span.offset;
}

void transfer_put_u8(uint32_t offset, uint8_t value) { *transfer_bytes(offset, 1) = value; }
void transfer_put_u32(uint32_t offset, uint32_t value) { memcpy(transfer_bytes(offset, 4), &value, 4); }
void transfer_put_u64(uint32_t offset, uint64_t value) { memcpy(transfer_bytes(offset, 8), &value, 8); }
void transfer_put_span(uint32_t offset, struct span span) {
  transfer_put_u32(offset, span.offset);
  transfer_put_u32(offset + 4, span.length);
}

uint32_t transfer_list(struct span span) {
  const uint32_t result = transfer_result(8, 4);
  transfer_put_span(result, span);
  return result;
}

uint32_t estates_give(uint32_t table, uint32_t type, uint32_t rep) {
  (void)table;
  (void)type;
  return rep;
}
uint32_t estates_give_more(uint32_t table, uint32_t type, uint32_t rep) { return estates_give(table, type, rep); }

void trap_check_stack(void) {}
void supervision_check(void) {}
void trap_refuse(const char *why) {
  printf("refused: %s\n", why);
  exit(2);
}
struct worker *device_kernel_worker(uint32_t process) {
  (void)process;
  return NULL;
}

void message_put(const char *text) { fputs(text, stdout); }
void platform_exit(int code) { exit(code); }
void *platform_reserve(size_t bytes) {
  return mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}
bool platform_commit(void *pages, size_t bytes) { return mprotect(pages, bytes, PROT_READ | PROT_WRITE) == 0; }
uint64_t time_wall(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
void platform_random(void *bytes, size_t count) {
  if (getrandom(bytes, count, 0) != (ssize_t)count) abort();
}
void *memory_room(size_t bytes) { return calloc(bytes == 0 ? 1 : bytes, 1); }
void memory_out(const char *what) {
  printf("no room for %s\n", what);
  exit(2);
}

/* Bytes: MiB that the first argument says. */
uint64_t tree_limit(void);
static uint64_t limit;
uint64_t tree_limit(void) { return limit; }

/* The script. */

static struct device_files_granted granted[] = {{"data", "/data", true}, {"texts", "/texts", false}};
static struct device_files device = {"test", 0, granted, 2, 0, 0, 0};
static uint32_t slots[SLOTS];

static uint32_t u32_at(uint32_t offset) {
  uint32_t value;
  memcpy(&value, transfer_bytes(offset, 4), 4);
  return value;
}

static uint64_t u64_at(uint32_t offset) {
  uint64_t value;
  memcpy(&value, transfer_bytes(offset, 8), 8);
  return value;
}

/* Whether there is no error; says which where there is one. */
static bool is_ok(uint32_t result, uint32_t payload) {
  if (*transfer_bytes(result, 1) == 0) return true;
  printf("!%d\n", *transfer_bytes(result + payload, 1));
  return false;
}

static void nothing(uint32_t result) {
  if (is_ok(result, 1)) printf("ok\n");
}

static uint64_t number(void) { return strtoull(strtok(NULL, " "), NULL, 10); }

static uint32_t slot(void) { return slots[number() % SLOTS]; }

static struct span bytes(void) {
  const char *text = strtok(NULL, " ");
  const uint32_t length = text[0] == '-' ? 0 : (uint32_t)strlen(text) / 2;
  const struct span span = transfer_allocate(length, 1);
  for (uint32_t i = 0; i < length; i++) {
    unsigned byte;
    sscanf(text + 2 * i, "%2x", &byte);
    *transfer_bytes(span.offset + i, 1) = (uint8_t)byte;
  }
  return span;
}

static void put_bytes(uint32_t offset, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) printf("%02x", *transfer_bytes(offset + i, 1));
}

static void put_stat(uint32_t result, bool with_times) {
  if (!is_ok(result, 8)) return;
  const uint8_t type = *transfer_bytes(result + 8, 1);
  if (with_times) printf("%llu %llu\n", (unsigned long long)u64_at(result + 32), (unsigned long long)u64_at(result + 40));
  /* Of directories they are the file system's business. */
  else if (type == 3) printf("3\n");
  else printf("%d %llu %llu\n", type, (unsigned long long)u64_at(result + 16), (unsigned long long)u64_at(result + 24));
}

static void open_it(uint32_t base) {
  const uint64_t to = number() % SLOTS;
  const uint32_t path_flags = (uint32_t)number();
  const struct span path = bytes();
  const uint32_t open = (uint32_t)number();
  const uint32_t flags = (uint32_t)number();
  const uint32_t result = device_files_open_at(&device, base, path_flags, path.offset, path.length, open, flags);
  if (!is_ok(result, 4)) return;
  if (slots[to] != 0) device_files_drop(&device, slots[to]);
  slots[to] = u32_at(result + 4);
  printf("ok\n");
}

static void list(uint32_t base) {
  const uint32_t opened = device_files_read_directory(&device, base);
  if (!is_ok(opened, 4)) return;
  const uint32_t stream = u32_at(opened + 4);
  for (uint32_t count = 1; count > 0;) {
    const uint32_t result = device_files_read_directory_entries(&device, stream);
    if (!is_ok(result, 4)) break;
    const uint32_t at = u32_at(result + 4);
    count = u32_at(result + 8);
    for (uint32_t i = 0; i < count; i++) {
      printf("%u:", u32_at(at + 12 * i));
      put_bytes(u32_at(at + 12 * i + 4), u32_at(at + 12 * i + 8));
      printf(" ");
    }
    if (count == 0) printf("\n");
  }
  device_files_drop(&device, stream);
}

static void read_it(uint32_t it) {
  const uint64_t length = number();
  const uint32_t result = device_files_read(&device, it, length, number());
  if (!is_ok(result, 4)) return;
  put_bytes(u32_at(result + 4), u32_at(result + 8));
  printf(" %d\n", *transfer_bytes(result + 12, 1));
}

static void put_u64(uint32_t result) {
  if (is_ok(result, 8)) printf("%llu\n", (unsigned long long)u64_at(result + 8));
}

static void two_places(uint32_t (*call)(void *, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t),
                       uint32_t base) {
  const struct span from = bytes();
  const uint32_t to = slot();
  const struct span path = bytes();
  if (to == 0) printf("skip\n");
  else nothing(call(&device, base, from.offset, from.length, to, path.offset, path.length));
}

static uint32_t link_it(void *it, uint32_t rep, uint32_t offset, uint32_t length, uint32_t to, uint32_t to_offset,
                        uint32_t to_length) {
  return device_files_link_at(it, rep, 0, offset, length, to, to_offset, to_length);
}

static void by_path(const char *name, uint32_t it) {
  if (strcmp(name, "symlink") == 0) {
    const struct span said = bytes();
    const struct span path = bytes();
    nothing(device_files_symlink_at(&device, it, said.offset, said.length, path.offset, path.length));
    return;
  }
  if (strcmp(name, "stat-at") == 0) {
    const uint32_t flags = (uint32_t)number();
    const struct span path = bytes();
    put_stat(device_files_stat_at(&device, it, flags, path.offset, path.length), false);
    return;
  }
  const struct span path = bytes();
  if (strcmp(name, "mkdir") == 0) nothing(device_files_create_directory_at(&device, it, path.offset, path.length));
  else if (strcmp(name, "rmdir") == 0) nothing(device_files_remove_directory_at(&device, it, path.offset, path.length));
  else if (strcmp(name, "unlink") == 0) nothing(device_files_unlink_file_at(&device, it, path.offset, path.length));
  else if (strcmp(name, "readlink") == 0) {
    const uint32_t result = device_files_readlink_at(&device, it, path.offset, path.length);
    if (!is_ok(result, 4)) return;
    put_bytes(u32_at(result + 4), u32_at(result + 8));
    printf("\n");
  } else abort();
}

static void set_times(uint32_t it) {
  const uint32_t accessed = (uint32_t)number();
  const uint64_t accessed_at = number();
  const uint32_t modified = (uint32_t)number();
  const uint32_t result = device_files_set_times(&device, it, accessed, accessed_at, modified, number());
  if (is_ok(result, 1)) put_stat(device_files_stat(&device, it), true);
}

static void do_line(char *line) {
  used = 0;
  const char *name = strtok(line, " \n");
  const uint32_t it = slot();
  if (it == 0) {
    printf("skip\n");
    return;
  }
  if (strcmp(name, "preopens") == 0) printf("%u\n", u32_at(device_files_preopens(&device) + 4));
  else if (strcmp(name, "open") == 0) open_it(it);
  else if (strcmp(name, "list") == 0) list(it);
  else if (strcmp(name, "read") == 0) read_it(it);
  else if (strcmp(name, "stat") == 0) put_stat(device_files_stat(&device, it), false);
  else if (strcmp(name, "set-size") == 0) nothing(device_files_set_size(&device, it, number()));
  else if (strcmp(name, "set-times") == 0) set_times(it);
  else if (strcmp(name, "write") == 0) {
    const uint64_t offset = number();
    const struct span what = bytes();
    put_u64(device_files_write(&device, it, what.offset, what.length, offset));
  } else if (strcmp(name, "append") == 0) {
    const struct span what = bytes();
    put_u64(device_files_append(&device, it, what.offset, what.length));
  } else if (strcmp(name, "flags") == 0) {
    printf("%d\n", *transfer_bytes(device_files_get_flags(&device, it) + 1, 1));
  } else if (strcmp(name, "sync") == 0) nothing(device_files_sync(&device, it));
  else if (strcmp(name, "same") == 0) {
    const uint32_t other = slot();
    if (other == 0) printf("skip\n");
    else printf("%u\n", device_files_is_same_object(&device, it, other));
  } else if (strcmp(name, "rename") == 0) two_places(device_files_rename_at, it);
  else if (strcmp(name, "link") == 0) two_places(link_it, it);
  else by_path(name, it);
}

int main(int count, char **arguments) {
  limit = (count > 1 ? strtoull(arguments[1], NULL, 10) : 64) << 10;
  device_files_start(&device);
  const uint32_t preopens = u32_at(device_files_preopens(&device));
  for (uint32_t i = 0; i < 2; i++) slots[i] = u32_at(preopens + 12 * i);
  size_t room = 0;
  for (char *line = NULL; getline(&line, &room, stdin) > 0;) {
    line[strcspn(line, "\n")] = '\0';
    do_line(line);
  }
  for (uint32_t i = 0; i < SLOTS; i++)
    if (slots[i] != 0) device_files_drop(&device, slots[i]);
  return 0;
}
