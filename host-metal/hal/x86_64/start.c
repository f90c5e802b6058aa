/*
 * From the first C function to the program: the order in which this layer comes up.
 * What can panic with a message comes after the console, what faults after the gates.
 */
#include "../hal.h"
#include "acpi.h"
#include "clock.h"
#include "control.h"
#include "devices.h"
#include "exceptions.h"
#include "image.h"
#include "interrupts.h"
#include "pages.h"
#include "paging.h"
#include "pvh.h"
#include "ring.h"
#include "segments.h"
#include "serial.h"
#include "shared.h"
#include "spaces.h"


/* build.ts puts the tables' places here; not in .bss, so that the file has room for it. */
volatile const struct image_table image_symbols __attribute__((section(".data"))) = {0, 0};
volatile const struct image_table image_lines __attribute__((section(".data"))) = {0, 0};

bool hal_lines_read(uint64_t at, void *bytes, size_t length) {
  if (at > image_lines.size || length > image_lines.size - at) return false;
  __builtin_memcpy(bytes, (const uint8_t *)image_lines.start + at, length);
  return true;
}

static void add(struct memory_map *map, uint64_t start, uint64_t size, bool usable) {
  if (!memory_map_add(map, start, size, usable)) hal_panic("the memory map has more than 128 ranges");
}

static void read_memory_map(const struct pvh_start_info *info, struct memory_map *map) {
  if (info->version < PVH_VERSION_WITH_MAP || info->memory_map == 0)
    hal_panic("the machine tells no memory map (PVH version 1)");
  const struct pvh_memory *ranges = (const struct pvh_memory *)info->memory_map;
  for (uint32_t i = 0; i < info->memory_map_count; i++)
    add(map, ranges[i].start, ranges[i].size, ranges[i].type == PVH_RAM);
  const struct pvh_module *modules = (const struct pvh_module *)info->modules;
  for (uint32_t i = 0; i < info->module_count; i++) add(map, modules[i].start, modules[i].size, false);
  add(map, (uint64_t)image_start, (uint64_t)(image_end - image_start), false);
  add(map, image_symbols.start, image_symbols.size, false);
  add(map, image_lines.start, image_lines.size, false);
}

static void read_command_line(const struct pvh_start_info *info) {
  const char *text = info->command_line == 0 ? "" : (const char *)info->command_line;
  if (!command_line_read(&layer_shared.command_line, text)) hal_panic("the command line has more than 2,047 bytes");
}

/* Called by boot.S. */
_Noreturn void start(const struct pvh_start_info *info);
_Noreturn void start(const struct pvh_start_info *info) {
  static struct memory_map map;
  serial_begin(SERIAL_FIRST);
  control_begin();
  segments_begin();
  exceptions_begin();
  if (info->magic != PVH_MAGIC) hal_panic("the machine did not start this image as PVH says");
  read_memory_map(info, &map);
  read_command_line(info);
  pages_begin(&map);
  paging_begin(&map);
  acpi_begin(info->rsdp);
  spaces_begin();
  interrupts_begin();
  clock_begin();
  devices_begin(&layer_shared.command_line);
  ring_enter();
}
