/*
 * \EFI\BOOT\BOOTX64.EFI: takes the memory map, ends the firmware's services, and lands
 * in the system. The package is part of this program's own file, so the firmware has
 * loaded it too; there is nothing to open and nothing to find.
 *
 * Nothing here is written to: a firmware may map the program so that it cannot be.
 */
#include <stdbool.h>
#include <stddef.h>

#include "landing.h"
#include "uefi.h"

#define PAGE 4096ull
/* Below it the system can read while it has no page tables of its own (hal/x86_64/boot.S). */
#define READABLE_LAST ((1ull << 30) - 1)
/* Taking the memory for the map changes the map. */
#define MORE_RANGES 16
#define TRIES 4

/* Section 4.6.1: EFI_ACPI_20_TABLE_GUID, 8868e871-e4f1-11d3-bc22-0080c73c8881. */
static const struct uefi_guid ACPI = {0x11d3e4f18868e871ull, 0x81883cc7800022bcull};

/* link.ld: behind the program, where package.ts puts it. */
extern const struct package package;

UEFI uint64_t efi_main(void *image, struct uefi_system_table *system);

/* What the firmware says is there, as it tells it. */
struct map {
  uint8_t *bytes;
  uint64_t size, key, step;
};

static void copy(void *to, const void *from, uint64_t bytes) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static uint64_t package_size(void) {
  const struct package_part *last = &package.parts[package.count - 1];
  return last->offset + last->bytes;
}

static uint64_t landing_code_size(void) {
  return ((uint64_t)(landing_end - landing_start) + 15) / 16 * 16;
}

static uint64_t block_size(void) {
  return landing_code_size() + sizeof(struct landing) + package_size();
}

static uint64_t fail(struct uefi_system_table *system, const uint16_t *why) {
  system->output->output_string(system->output, u"atoll: ");
  system->output->output_string(system->output, why);
  system->output->output_string(system->output, u"\r\n");
  return UEFI_LOAD_ERROR;
}

static uint64_t rsdp_of(const struct uefi_system_table *system) {
  for (uint64_t i = 0; i < system->configuration_count; i++) {
    const struct uefi_configuration *one = &system->configuration[i];
    if (one->guid.low == ACPI.low && one->guid.high == ACPI.high) return one->table;
  }
  return 0;
}

static bool is_free(uint32_t type) {
  return type == UEFI_CONVENTIONAL || (type >= UEFI_LOADER_CODE && type <= UEFI_BOOT_SERVICES_DATA);
}

static bool read_ranges(const struct map *map, struct ranges *ranges) {
  ranges->count = 0;
  for (uint64_t at = 0; at < map->size; at += map->step) {
    const struct uefi_memory *one = (const struct uefi_memory *)(map->bytes + at);
    uint32_t type = is_free(one->type) ? PVH_RAM : RANGE_RESERVED;
    if (!ranges_add(ranges, one->start, one->pages * PAGE, type)) return false;
  }
  return true;
}

static bool take_map(const struct uefi_boot_services *services, struct map *map) {
  uint32_t version;
  map->size = 0;
  services->get_memory_map(&map->size, NULL, &map->key, &map->step, &version);
  map->size += MORE_RANGES * map->step;
  return services->allocate_pool(UEFI_LOADER_DATA, map->size, (void **)&map->bytes) == UEFI_OK;
}

/*
 * After the first attempt the map may have changed, and only these two may be called
 * (section 7.4.6). `room` is the size of the memory for the map.
 */
static bool exit_boot_services(const struct uefi_boot_services *services, void *image, struct map *map, uint64_t room) {
  uint32_t version;
  for (int i = 0; i < TRIES; i++) {
    map->size = room;
    if (services->get_memory_map(&map->size, map->bytes, &map->key, &map->step, &version) != UEFI_OK) return false;
    if (services->exit_boot_services(image, map->key) == UEFI_OK) return true;
  }
  return false;
}

static void prepare(uint64_t block, struct landing *landing, uint64_t rsdp) {
  uint64_t copied = (uint64_t)(landing + 1);
  copy((void *)block, landing_start, (uint64_t)(landing_end - landing_start));
  copy((void *)copied, &package, package_size());
  landing->entry = package.entry;
  landing->start_info = (uint32_t)(uint64_t)&landing->info;
  landing->package = (uint32_t)copied;
  landing->info = (struct pvh_start_info){
      .magic = PVH_MAGIC,
      .version = PVH_VERSION_WITH_MAP,
      .command_line = copied + PACKAGE_COMMAND_LINE,
      .rsdp = rsdp,
      .memory_map = (uint64_t)landing->ranges.list,
  };
}

/* link.ld puts it first. */
__attribute__((section(".text.entry"))) UEFI uint64_t efi_main(void *image, struct uefi_system_table *system) {
  const struct uefi_boot_services *services = system->boot_services;
  if (package.magic != PACKAGE_MAGIC) return fail(system, u"there is no system in this file");
  uint64_t block = READABLE_LAST, pages = (block_size() + PAGE - 1) / PAGE;
  if (services->allocate_pages(ALLOCATE_MAX_ADDRESS, UEFI_LOADER_CODE, pages, &block) != UEFI_OK)
    return fail(system, u"no memory for a copy of the system");
  if (block < package.end && block + pages * PAGE > package.start)
    return fail(system, u"the machine has too little memory for the system");
  struct landing *landing = (struct landing *)(block + landing_code_size());
  struct map map;
  if (!take_map(services, &map)) return fail(system, u"no memory for the memory map");
  uint64_t room = map.size;
  prepare(block, landing, rsdp_of(system));

  /* Looked at while there is still somebody who can say what is wrong. */
  uint32_t version;
  if (services->get_memory_map(&map.size, map.bytes, &map.key, &map.step, &version) != UEFI_OK ||
      !read_ranges(&map, &landing->ranges))
    return fail(system, u"the memory map has more than 128 ranges");
  if (!ranges_hold(&landing->ranges, package.start, package.end))
    return fail(system, u"the memory that the system needs is not free");
  if (!exit_boot_services(services, image, &map, room)) return fail(system, u"the firmware does not let go");
  read_ranges(&map, &landing->ranges);
  landing->info.memory_map_count = landing->ranges.count;
  land((void *)block, landing);
}
