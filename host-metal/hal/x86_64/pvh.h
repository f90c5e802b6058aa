/*
 * What the virtual machine tells at the start: Xen's public header
 * arch-x86/hvm/start_info.h. Addresses are physical; 0 where there is nothing.
 */
#ifndef ATOLL_HAL_PVH_H
#define ATOLL_HAL_PVH_H

#include <stdint.h>

#define PVH_MAGIC 0x336ec578
#define PVH_VERSION_WITH_MAP 1
#define PVH_RAM 1

struct pvh_start_info {
  uint32_t magic;
  uint32_t version;
  uint32_t flags;
  uint32_t module_count;
  uint64_t modules;
  uint64_t command_line;
  uint64_t rsdp;
  uint64_t memory_map;
  uint32_t memory_map_count;
  uint32_t reserved;
};

struct pvh_module {
  uint64_t start;
  uint64_t size;
  uint64_t command_line;
  uint64_t reserved;
};

struct pvh_memory {
  uint64_t start;
  uint64_t size;
  uint32_t type;
  uint32_t reserved;
};

#endif
