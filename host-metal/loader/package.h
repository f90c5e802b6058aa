/*
 * A system as it lies on a disk: what goes where in memory, its command line, the bytes.
 *
 * The disk's writer (package.ts) has read the ELF file, so that a loader has nothing
 * to read but this. All offsets count from the start of the package, whose length and
 * parts are whole sectors; all fields are little-endian.
 *
 *     0 ┌──────────────────────┐
 *       │ struct package       │
 *   512 ├──────────────────────┤
 *       │ command line, with 0 │
 *  4096 ├──────────────────────┤
 *       │ bytes of part 0      │
 *       ├──────────────────────┤
 *       │ bytes of part 1 …    │
 *       └──────────────────────┘
 */
#ifndef ATOLL_LOADER_PACKAGE_H
#define ATOLL_LOADER_PACKAGE_H

#include <stdint.h>

#define SECTOR 512u
#define PACKAGE_MAGIC 0x4c4f5441u /* "ATOL" */
#define PACKAGE_COMMAND_LINE 512u
#define PACKAGE_PARTS 4096u
#define PACKAGE_PARTS_MOST 16u

/* Bytes of the memory at `address`: `bytes` of them from the package, then zeros up to `size`. */
struct package_part {
  uint32_t address;
  uint32_t size;
  uint32_t offset;
  uint32_t bytes;
};

struct package {
  uint32_t magic;
  uint32_t entry; /* PVH's: entered in 32-bit mode without paging */
  uint32_t start; /* of the memory that all parts lie in */
  uint32_t end;
  uint32_t count;
  uint32_t reserved[3];
  struct package_part parts[PACKAGE_PARTS_MOST];
};

_Static_assert(sizeof(struct package) <= PACKAGE_COMMAND_LINE, "the command line would be overwritten");

#endif
