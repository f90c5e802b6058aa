/*
 * The second stage: memory map, package, the system's entry.
 *
 *     0x00500 ┌──────────────────────────┐
 *             │ stack                    │
 *     0x07c00 ├──────────────────────────┤
 *             │ boot sector, this stage  │
 *     0x10000 ├──────────────────────────┤
 *             │ what was just read       │
 *     0x18000 ├──────────────────────────┤
 *             │ head of the package      │
 *     0x19000 └──────────────────────────┘
 */
#include "../package.h"
#include "../ranges.h"
#include "bios.h"
#include "io.h"
#include "rsdp.h"

#define BUFFER 0x10000u
#define BUFFER_SECTORS 64u
#define HEAD 0x18000u

#define DISK 0x13
#define READ_EXTENDED 0x4200
#define SYSTEM 0x15
#define MEMORY_MAP 0xe820
#define MEMORY_MAP_SIGNATURE 0x534d4150 /* "SMAP" */

/* ACPI 6.5, table 15.1; without the attributes, which no use is made of. */
struct bios_memory {
  uint64_t start;
  uint64_t size;
  uint32_t type;
};

/* EDD 3.0, table 1. */
struct bios_read {
  uint8_t size;
  uint8_t reserved;
  uint16_t count;
  uint16_t offset;
  uint16_t segment;
  uint64_t sector;
};

/* Where bios_call's segments reach. */
static struct bios_memory memory;
static struct bios_read packet;
static struct ranges ranges;
static struct pvh_start_info info;

static void read_memory_map(void) {
  struct bios_registers registers = {0};
  do {
    registers.eax = MEMORY_MAP;
    registers.edx = MEMORY_MAP_SIGNATURE;
    registers.ecx = sizeof memory;
    registers.edi = (uint32_t)&memory;
    bool ended = bios_call(SYSTEM, &registers);
    if (registers.eax != MEMORY_MAP_SIGNATURE) fail("the BIOS tells no memory map (INT 15h, E820)");
    if (ended) return;
    if (!ranges_add(&ranges, memory.start, memory.size, memory.type))
      fail("the BIOS's memory map has more than 128 ranges");
  } while (registers.ebx != 0);
}

/* Into the buffer; at most BUFFER_SECTORS. */
static void read_sectors(uint32_t sector, uint32_t count) {
  packet = (struct bios_read){sizeof packet, 0, (uint16_t)count, 0, BUFFER >> 4, sector};
  struct bios_registers registers = {.eax = READ_EXTENDED, .edx = bios_drive, .esi = (uint32_t)&packet};
  if (bios_call(DISK, &registers)) fail("the disk cannot be read");
}

/* `bytes` from `sector` on to any address. */
static void read_bytes(uint32_t sector, uint8_t *to, uint32_t bytes) {
  while (bytes > 0) {
    uint32_t part = bytes < BUFFER_SECTORS * SECTOR ? bytes : BUFFER_SECTORS * SECTOR;
    uint32_t sectors = (part + SECTOR - 1) / SECTOR;
    read_sectors(sector, sectors);
    copy(to, (const void *)BUFFER, part);
    to += part;
    sector += sectors;
    bytes -= part;
  }
}

_Noreturn void load(void) {
  serial_begin();
  read_memory_map();
  uint32_t first = bios_package_sector;
  read_bytes(first, (uint8_t *)HEAD, PACKAGE_PARTS);
  const struct package *package = (const struct package *)HEAD;
  if (package->magic != PACKAGE_MAGIC) fail("the disk has no system where the boot sector says");
  if (!ranges_hold(&ranges, package->start, package->end)) fail("the machine has too little memory for the system");
  for (uint32_t i = 0; i < package->count; i++) {
    const struct package_part *part = &package->parts[i];
    read_bytes(first + part->offset / SECTOR, (uint8_t *)part->address, part->bytes);
    zero((uint8_t *)part->address + part->bytes, part->size - part->bytes);
  }
  info = (struct pvh_start_info){
      .magic = PVH_MAGIC,
      .version = PVH_VERSION_WITH_MAP,
      .command_line = HEAD + PACKAGE_COMMAND_LINE,
      .rsdp = find_rsdp(),
      .memory_map = (uint32_t)ranges.list,
      .memory_map_count = ranges.count,
  };
  bios_enter(package->entry, &info);
}
