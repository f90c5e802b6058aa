/* Where the tables of ACPI begin, for the power off of the system. */
#ifndef ATOLL_LOADER_RSDP_H
#define ATOLL_LOADER_RSDP_H

#include <stdint.h>

/* ACPI 6.5, section 5.2.5.1: finding the RSDP on IA-PC systems. 0: there is none. */
uint32_t find_rsdp(void);

#endif
