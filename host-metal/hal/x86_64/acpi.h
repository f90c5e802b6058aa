/* The machine's end by ACPI, where its firmware has told of it. */
#ifndef ATOLL_HAL_ACPI_H
#define ATOLL_HAL_ACPI_H

#include <stdint.h>

/* Notes how to switch off. `rsdp`: the address of ACPI's first table; 0: there is none. */
void acpi_begin(uint64_t rsdp);

/* Switches the machine off. Returns where that cannot be done. */
void acpi_power_off(void);

#endif
