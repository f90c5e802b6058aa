/* See pci.h. */
#include "pci.h"

#include "io.h"

#define ADDRESS_PORT 0xcf8
#define DATA_PORT 0xcfc
#define ADDRESS_ENABLED 0x80000000u

#define NOBODY 0xffff
#define COMMAND_AND_STATUS 0x04
#define COMMAND_MEMORY 0x0002
#define COMMAND_MASTER 0x0004
#define STATUS_CAPABILITIES (1u << 20)
#define HEADER_TYPE 0x0c
#define HEADER_SEVERAL_FUNCTIONS (1u << 23)
#define BASE_ADDRESS 0x10
#define BASE_IO 0x1
#define BASE_TYPE 0x6
#define BASE_64 0x4
#define CAPABILITIES 0x34
#define CAPABILITIES_MOST 48 /* more do not fit into 256 bytes: the list is a circle */

uint32_t pci_read(pci_function function, uint8_t offset) {
  out32(ADDRESS_PORT, ADDRESS_ENABLED | (uint32_t)function << 8 | offset);
  return in32(DATA_PORT);
}

void pci_write(pci_function function, uint8_t offset, uint32_t value) {
  out32(ADDRESS_PORT, ADDRESS_ENABLED | (uint32_t)function << 8 | offset);
  out32(DATA_PORT, value);
}

static bool is_there(uint32_t function) {
  return (pci_read((pci_function)function, 0) & 0xffff) != NOBODY;
}

static bool has_several(uint32_t function) {
  return (pci_read((pci_function)function, HEADER_TYPE) & HEADER_SEVERAL_FUNCTIONS) != 0;
}

bool pci_next(uint32_t from, pci_function *found) {
  for (uint32_t function = from; function < 256; function++) {
    uint32_t first = function & ~7u;
    /* Functions of a device that is not there, or has only one, are not asked. */
    if (function != first && (!is_there(first) || !has_several(first))) {
      function = first + 7;
      continue;
    }
    if (!is_there(function)) continue;
    *found = (pci_function)function;
    return true;
  }
  return false;
}

void pci_enable(pci_function function) {
  uint32_t command = pci_read(function, COMMAND_AND_STATUS) & 0xffff;
  pci_write(function, COMMAND_AND_STATUS, command | COMMAND_MEMORY | COMMAND_MASTER);
}

uint8_t pci_capability(pci_function function, uint8_t number, uint8_t after) {
  if ((pci_read(function, COMMAND_AND_STATUS) & STATUS_CAPABILITIES) == 0) return 0;
  uint8_t at = (uint8_t)(after == 0 ? pci_read(function, CAPABILITIES) : pci_read(function, after) >> 8);
  for (int i = 0; i < CAPABILITIES_MOST && (at & 0xfc) != 0; i++) {
    at &= 0xfc;
    uint32_t head = pci_read(function, at);
    if ((head & 0xff) == number) return at;
    at = (uint8_t)(head >> 8);
  }
  return 0;
}

uint64_t pci_memory(pci_function function, uint8_t bar) {
  if (bar > 5) return 0;
  uint8_t offset = (uint8_t)(BASE_ADDRESS + 4 * bar);
  uint32_t low = pci_read(function, offset);
  if ((low & BASE_IO) != 0) return 0;
  uint64_t address = low & ~0xfu;
  if ((low & BASE_TYPE) == BASE_64 && bar < 5) address |= (uint64_t)pci_read(function, (uint8_t)(offset + 4)) << 32;
  return address;
}
