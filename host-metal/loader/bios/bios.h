/*
 * What the second stage asks of a BIOS. It runs in 32-bit mode without paging, and
 * goes back to real mode for each call (boot.S).
 */
#ifndef ATOLL_LOADER_BIOS_H
#define ATOLL_LOADER_BIOS_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of the instruction popal. */
struct bios_registers {
  uint32_t edi, esi, ebp, unused, ebx, edx, ecx, eax;
};

/* Segments are 0, so a buffer that is told lies below 64 KiB. True when the carry flag came back, as errors do. */
bool bios_call(uint8_t interrupt, struct bios_registers *registers);

/* The drive that this was read from; where the package (package.h) begins on it, which the disk's writer filled in. */
extern const uint8_t bios_drive;
extern const volatile uint32_t bios_package_sector;

_Noreturn void bios_enter(uint32_t entry, const void *start_info);

/* Called by boot.S. */
_Noreturn void load(void);

#endif
