/*
 * As much of UEFI as a loader calls: UEFI specification 2.10, with its sections and,
 * in small letters, its names. What is not called is only there to keep the places.
 */
#ifndef ATOLL_LOADER_UEFI_H
#define ATOLL_LOADER_UEFI_H

#include <stdint.h>

/* Section 2.3.4.2: the calling convention of Windows. */
#define UEFI __attribute__((ms_abi))

#define UEFI_OK 0ull
#define UEFI_ERROR (1ull << 63)
#define UEFI_LOAD_ERROR (UEFI_ERROR | 1)
#define UEFI_BUFFER_TOO_SMALL (UEFI_ERROR | 5)

/* Section 7.2.1. */
#define ALLOCATE_MAX_ADDRESS 1u
enum uefi_memory_type {
  UEFI_LOADER_CODE = 1,
  UEFI_LOADER_DATA = 2,
  UEFI_BOOT_SERVICES_CODE = 3,
  UEFI_BOOT_SERVICES_DATA = 4,
  UEFI_CONVENTIONAL = 7,
};

struct uefi_memory {
  uint32_t type;
  uint32_t padding;
  uint64_t start;
  uint64_t virtual_start;
  uint64_t pages;
  uint64_t attribute;
};

/* Section 4.2: the beginning of each table. */
struct uefi_header {
  uint64_t signature;
  uint32_t revision, size, checksum, reserved;
};

/* Section 12.4. */
struct uefi_text_output {
  void *reset;
  uint64_t(UEFI *output_string)(struct uefi_text_output *self, const uint16_t *text);
};

/* Section 4.4, in its order. */
struct uefi_boot_services {
  struct uefi_header header;
  void *raise_tpl, *restore_tpl;
  uint64_t(UEFI *allocate_pages)(uint32_t how, uint32_t type, uint64_t pages, uint64_t *address);
  void *free_pages;
  uint64_t(UEFI *get_memory_map)(uint64_t *size, void *map, uint64_t *key, uint64_t *step, uint32_t *version);
  uint64_t(UEFI *allocate_pool)(uint32_t type, uint64_t size, void **buffer);
  void *free_pool;
  void *events[6];
  void *protocols[9];
  void *images[4];
  uint64_t(UEFI *exit_boot_services)(void *image, uint64_t key);
};

struct uefi_guid {
  uint64_t low, high;
};

/* Section 4.6. */
struct uefi_configuration {
  struct uefi_guid guid;
  uint64_t table;
};

/* Section 4.3. */
struct uefi_system_table {
  struct uefi_header header;
  void *vendor;
  uint64_t revision;
  void *input_handle, *input, *output_handle;
  struct uefi_text_output *output;
  void *error_handle, *error, *runtime_services;
  struct uefi_boot_services *boot_services;
  uint64_t configuration_count;
  struct uefi_configuration *configuration;
};

_Static_assert(__builtin_offsetof(struct uefi_boot_services, get_memory_map) == 56, "section 4.4");
_Static_assert(__builtin_offsetof(struct uefi_boot_services, exit_boot_services) == 232, "section 4.4");
_Static_assert(__builtin_offsetof(struct uefi_system_table, configuration) == 112, "section 4.3");

#endif
