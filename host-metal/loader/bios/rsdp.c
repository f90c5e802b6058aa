/* See rsdp.h. */
#include "rsdp.h"

#include <stdbool.h>

#define EXTENDED_AREA_SEGMENT 0x40e
#define EXTENDED_AREA_SIZE 1024
#define ROM 0xe0000u
#define ROM_SIZE 0x20000u
#define ALIGNMENT 16u
#define CHECKED 20 /* bytes that the checksum of version 1 is about */

static bool is_rsdp(const uint8_t *at) {
  static const char SIGNATURE[8] = {'R', 'S', 'D', ' ', 'P', 'T', 'R', ' '};
  for (int i = 0; i < 8; i++)
    if (at[i] != (uint8_t)SIGNATURE[i]) return false;
  uint8_t sum = 0;
  for (int i = 0; i < CHECKED; i++) sum = (uint8_t)(sum + at[i]);
  return sum == 0;
}

static uint32_t find_in(uint32_t start, uint32_t size) {
  for (uint32_t at = start; at < start + size; at += ALIGNMENT)
    if (is_rsdp((const uint8_t *)at)) return at;
  return 0;
}

/* The compiler takes an address this low for a mistake. */
static uint32_t extended_area(void) {
  uint16_t segment;
  __asm__("movw (%1), %0" : "=r"(segment) : "r"(EXTENDED_AREA_SEGMENT));
  return (uint32_t)segment << 4;
}

uint32_t find_rsdp(void) {
  uint32_t area = extended_area();
  uint32_t found = area == 0 ? 0 : find_in(area, EXTENDED_AREA_SIZE);
  return found != 0 ? found : find_in(ROM, ROM_SIZE);
}
