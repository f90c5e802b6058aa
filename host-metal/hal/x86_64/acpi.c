/*
 * See acpi.h. ACPI 6.5, section 5.2: from the RSDP to the list of tables, in it the
 * FADT, which has the registers (section 4.8.3.2) and the address of the DSDT.
 *
 * Machines of the kind "hardware-reduced" have other registers, and are not switched off.
 */
#include "acpi.h"

#include "../portable/sleep-type.h"
#include "io.h"
#include "paging.h"

#define TABLE_MOST (1u << 20)
#define RSDP_SIZE 36
enum { RSDP_REVISION = 15, RSDP_RSDT = 16, RSDP_XSDT = 24 };
enum { TABLE_LENGTH = 4, TABLE_HEADER = 36 };
enum {
  FADT_DSDT = 40,
  FADT_COMMAND_PORT = 48,
  FADT_ENABLE = 52,
  FADT_PM1A_CONTROL = 64,
  FADT_PM1B_CONTROL = 68,
  FADT_LEAST = 116,
  FADT_X_DSDT = 140,
};
#define SIGNATURE(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

#define CONTROL_ENABLED 0x0001
#define CONTROL_TYPE_SHIFT 10
#define CONTROL_TYPES (7u << CONTROL_TYPE_SHIFT)
#define CONTROL_SLEEP 0x2000
#define LOOKS 1000000

static struct {
  uint16_t controls[2]; /* ports, 0: there is none */
  uint8_t types[2];
  uint16_t command_port;
  uint8_t enable;
} machine;

/* Fields of tables need not be aligned. */
static uint32_t word_at(const uint8_t *at) {
  uint32_t value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}

static uint64_t long_at(const uint8_t *at) {
  return (uint64_t)word_at(at + 4) << 32 | word_at(at);
}

static const uint8_t *bytes_at(uint64_t address, uint64_t size) {
  return address == 0 ? NULL : (const uint8_t *)paging_map_device(address, size);
}

/* The whole table, if it has a length that can be and, unless `signature` is 0, that signature. */
static const uint8_t *table_at(uint64_t address, uint32_t signature, uint32_t *length) {
  const uint8_t *table = bytes_at(address, TABLE_HEADER);
  if (table == NULL || (signature != 0 && word_at(table) != signature)) return NULL;
  *length = word_at(table + TABLE_LENGTH);
  return *length < TABLE_HEADER || *length > TABLE_MOST ? NULL : bytes_at(address, *length);
}

static const uint8_t *find_fadt(uint64_t rsdp, uint32_t *length) {
  const uint8_t *root = bytes_at(rsdp, RSDP_SIZE);
  if (root == NULL) return NULL;
  const bool wide = root[RSDP_REVISION] >= 2;
  const uint32_t step = wide ? 8 : 4;
  uint32_t size;
  const uint8_t *list = table_at(wide ? long_at(root + RSDP_XSDT) : word_at(root + RSDP_RSDT), 0, &size);
  for (uint32_t at = TABLE_HEADER; list != NULL && at + step <= size; at += step) {
    const uint64_t address = wide ? long_at(list + at) : word_at(list + at);
    const uint8_t *table = table_at(address, SIGNATURE('F', 'A', 'C', 'P'), length);
    if (table != NULL) return *length < FADT_LEAST ? NULL : table;
  }
  return NULL;
}

void acpi_begin(uint64_t rsdp) {
  uint32_t length, code_length;
  const uint8_t *fadt = find_fadt(rsdp, &length);
  if (fadt == NULL) return;
  const uint64_t wide = length < FADT_X_DSDT + 8 ? 0 : long_at(fadt + FADT_X_DSDT);
  const uint64_t address = wide != 0 ? wide : word_at(fadt + FADT_DSDT);
  const uint8_t *code = table_at(address, SIGNATURE('D', 'S', 'D', 'T'), &code_length);
  if (code == NULL || !sleep_type_find(code, code_length, machine.types)) return;
  machine.command_port = (uint16_t)word_at(fadt + FADT_COMMAND_PORT);
  machine.enable = fadt[FADT_ENABLE];
  machine.controls[0] = (uint16_t)word_at(fadt + FADT_PM1A_CONTROL);
  machine.controls[1] = (uint16_t)word_at(fadt + FADT_PM1B_CONTROL);
}

/* Until somebody asks for them, firmware may have these registers to itself (section 4.8.2.3). */
static void take_over(void) {
  if (machine.command_port == 0 || machine.enable == 0) return;
  if ((in16(machine.controls[0]) & CONTROL_ENABLED) != 0) return;
  out8(machine.command_port, machine.enable);
  for (int i = 0; i < LOOKS && (in16(machine.controls[0]) & CONTROL_ENABLED) == 0; i++) __asm__ volatile("pause");
}

void acpi_power_off(void) {
  if (machine.controls[0] == 0) return;
  take_over();
  for (int i = 0; i < 2; i++) {
    const uint16_t port = machine.controls[i];
    if (port == 0) continue;
    const uint32_t others = in16(port) & ~CONTROL_TYPES;
    out16(port, (uint16_t)(others | (uint32_t)machine.types[i] << CONTROL_TYPE_SHIFT | CONTROL_SLEEP));
  }
  /* It may take a moment. */
  for (int i = 0; i < LOOKS; i++) __asm__ volatile("pause");
}
