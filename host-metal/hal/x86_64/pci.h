/*
 * The PCI bus: PCI Local Bus Specification 3.0, chapter 6 (configuration space), by the
 * two ports of section 3.2.2.3.2. Only bus 0 is looked at: devices behind bridges are
 * not found.
 */
#ifndef ATOLL_HAL_PCI_H
#define ATOLL_HAL_PCI_H

#include <stdbool.h>
#include <stdint.h>

/* A function of a device, on bus 0: device in bits 3 to 7, function in bits 0 to 2. */
typedef uint8_t pci_function;

uint32_t pci_read(pci_function function, uint8_t offset); /* offset: a multiple of 4 */
void pci_write(pci_function function, uint8_t offset, uint32_t value);

/* The first function from `from` on that is there; false: none is. `from` may be 256. */
bool pci_next(uint32_t from, pci_function *found);

/* Lets it be written to and write to memory itself. */
void pci_enable(pci_function function);

/* The next capability with that number after the one at `after` (0: the first one); 0: no more. */
uint8_t pci_capability(pci_function function, uint8_t number, uint8_t after);

/* Where the memory of a base address register is, with 64 bits if it has them; 0: it is none, or nowhere. */
uint64_t pci_memory(pci_function function, uint8_t bar);

#endif
