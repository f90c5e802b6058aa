/*
 * The devices: functions that a plan's sources of kind "device" stand for.
 *
 * The first parameter is the device of one process. Core signatures are those of a
 * lifted export over the transfer memory; see `Source` in toolchain/link/plan-edge.ts.
 */
#ifndef ATOLL_DEVICES_H_
#define ATOLL_DEVICES_H_

#include <stdbool.h>
#include <stdint.h>

#include "../console-text.h"

struct text {
  const char *bytes;
  uint32_t length;
};

/* atoll:device/console. */
struct device_console {
  struct console_tag tag;
  /* Position of the process. */
  uint32_t process;
};
void device_console_write_line(void *device, uint32_t offset, uint32_t length);
uint32_t device_console_read_line(void *device);

/* atoll:device/clock; there is no device. */
uint64_t device_clock_now(void *device);
uint64_t device_clock_wall_time(void *device);

/* atoll:device/entropy. */
struct device_entropy {
  /* Of 32 bytes, and whether the grant has a seed; else it is for a run with one. */
  const uint8_t *key;
  bool is_seeded;
  uint64_t stream_position;
  uint8_t batch[4096];
  /* Bytes of the batch that are left. */
  uint32_t left;
};
uint32_t device_entropy_bytes(void *device, uint32_t count);
uint64_t device_entropy_random_u64(void *device);

/* atoll:device/configuration. */
struct device_configuration {
  const struct text *arguments;
  uint32_t argument_count;
  /* Those that the user said follow. */
  bool is_entry;
  /* Keys and values in turn. */
  const struct text *values;
  uint32_t value_count;
  /* Names and values in turn. */
  const struct text *environment;
  uint32_t environment_count;
};
uint32_t device_configuration_get_arguments(void *device);
uint32_t device_configuration_get_environment(void *device);
uint32_t device_configuration_get(void *device, uint32_t offset, uint32_t length);
/* What the user said, to those that follow. */
void device_configuration_user(int count, char *const *arguments);
/* Nobody reads them: then there must be none. */
void device_configuration_unread(const char *system);

/* atoll:device/stdio. */
struct device_stdio {
  struct console_tag tag;
  /* Position of the process. */
  uint32_t process;
  /* Input is at its end, and nobody reads the output. */
  bool is_closed;
};
uint32_t device_stdio_write(void *device, uint32_t to, uint32_t offset, uint32_t length);
uint32_t device_stdio_read(void *device, uint32_t most);
uint32_t device_stdio_is_terminal(void *device, uint32_t number);
void device_stdio_exit(void *device, uint32_t status);

/* atoll:device/files. */
#define FILES_MOST_GRANTED 256
struct device_files_granted {
  const char *path;
  /* What the process calls it. */
  const char *as;
  bool write;
};
struct device_files {
  const char *process;
  /* Of the process. */
  uint32_t position;
  const struct device_files_granted *granted;
  uint32_t count;
  /* Positions of the device's handle table and of its resource types. */
  uint32_t table;
  uint32_t descriptor_type;
  uint32_t listing_type;
};
/* Ends the system when a path is not a directory. */
void device_files_start(struct device_files *device);
uint32_t device_files_preopens(void *device);
void device_files_drop(void *device, uint32_t rep);
uint32_t device_files_read(void *device, uint32_t rep, uint64_t length, uint64_t offset);
uint32_t device_files_write(void *device, uint32_t rep, uint32_t at, uint32_t length, uint64_t offset);
uint32_t device_files_append(void *device, uint32_t rep, uint32_t at, uint32_t length);
uint32_t device_files_set_size(void *device, uint32_t rep, uint64_t size);
uint32_t device_files_sync(void *device, uint32_t rep);
uint32_t device_files_sync_data(void *device, uint32_t rep);
uint32_t device_files_get_flags(void *device, uint32_t rep);
uint32_t device_files_get_type(void *device, uint32_t rep);
uint32_t device_files_stat(void *device, uint32_t rep);
uint32_t device_files_set_times(void *device, uint32_t rep, uint32_t accessed, uint64_t accessed_at, uint32_t modified,
                                uint64_t modified_at);
uint32_t device_files_is_same_object(void *device, uint32_t rep, uint32_t other);
uint32_t device_files_metadata_hash(void *device, uint32_t rep);
uint32_t device_files_read_directory(void *device, uint32_t rep);
uint32_t device_files_read_directory_entries(void *device, uint32_t rep);
uint32_t device_files_open_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                              uint32_t open, uint32_t flags);
uint32_t device_files_stat_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length);
uint32_t device_files_set_times_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                                   uint32_t accessed, uint64_t accessed_at, uint32_t modified, uint64_t modified_at);
uint32_t device_files_metadata_hash_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset,
                                       uint32_t length);
uint32_t device_files_create_directory_at(void *device, uint32_t rep, uint32_t offset, uint32_t length);
uint32_t device_files_remove_directory_at(void *device, uint32_t rep, uint32_t offset, uint32_t length);
uint32_t device_files_unlink_file_at(void *device, uint32_t rep, uint32_t offset, uint32_t length);
uint32_t device_files_rename_at(void *device, uint32_t rep, uint32_t offset, uint32_t length, uint32_t to,
                                uint32_t to_offset, uint32_t to_length);
uint32_t device_files_link_at(void *device, uint32_t rep, uint32_t path_flags, uint32_t offset, uint32_t length,
                              uint32_t to, uint32_t to_offset, uint32_t to_length);
uint32_t device_files_symlink_at(void *device, uint32_t rep, uint32_t offset, uint32_t length, uint32_t to_offset,
                                 uint32_t to_length);
uint32_t device_files_readlink_at(void *device, uint32_t rep, uint32_t offset, uint32_t length);

/* atoll:device/files in a system that was granted no directory: there is none to ask. */
uint32_t device_files_preopens_none(void *device);
void device_files_drop_never(void *device, uint32_t rep);
void device_files_never(void) __attribute__((noreturn));

/* atoll:device/directory. */
struct device_directory {
  const char *process;
  /* As granted. */
  const char *path;
  /* What the platform knows it by, once it is opened. */
  void *root;
  /* For files that are opened: positions of the device's handle table and of its resource type. */
  uint32_t table;
  uint32_t type;
};
/* Ends the system when the path is not a directory. */
void device_directory_start(struct device_directory *device);
uint32_t device_directory_list(void *device, uint32_t offset, uint32_t length);
uint32_t device_directory_read(void *device, uint32_t offset, uint32_t length);
uint32_t device_directory_read_text(void *device, uint32_t offset, uint32_t length);
uint32_t device_directory_stat(void *device, uint32_t offset, uint32_t length);
uint32_t device_directory_open(void *device, uint32_t offset, uint32_t length);
uint32_t device_directory_file_read(void *device, uint32_t rep, uint64_t offset, uint32_t length);
uint32_t device_directory_file_size(void *device, uint32_t rep);
void device_directory_file_drop(void *device, uint32_t rep);

/* The interfaces of the kernel. */
struct device_kernel {
  /* Position of the process that asks. */
  uint32_t process;
};
void device_time_sleep(void *device, uint64_t microseconds);
void device_wakeup_wait(void *device, uint64_t nanoseconds);
uint32_t device_time_set_alarm(void *device, uint32_t token, uint64_t microseconds);
uint32_t device_time_cancel_alarm(void *device, uint32_t alarm);
uint32_t device_process_self(void *device);
void device_process_exit(void *device);
uint32_t device_mailbox_fullness(void *device);
uint32_t device_capability_held(void *device);
uint32_t device_supervisor_kill(void *device, uint32_t pid);
uint32_t device_supervisor_stop(void *device, uint32_t pid);
uint32_t device_introspect_processes(void *device);
uint32_t device_introspect_handles(void *device);
uint32_t device_introspect_totals(void *device);
uint32_t device_introspect_events(void *device, uint32_t most);
uint32_t device_introspect_audit(void *device, uint32_t most);

struct worker;
/* In whose name a device of a process is asked: that one, or of those that are spawned the one that calls; NULL without a kernel. */
struct worker *device_kernel_worker(uint32_t process);

#endif
