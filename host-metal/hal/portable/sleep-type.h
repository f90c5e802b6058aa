/*
 * What to write to switch a machine off, found in the code of its ACPI tables.
 *
 * The code (AML, ACPI 6.5, chapter 20) is meant to be run. Here it is searched for the
 * one object that is data in all machines: the package \_S5 (section 7.4.2).
 */
#ifndef ATOLL_HAL_SLEEP_TYPE_H
#define ATOLL_HAL_SLEEP_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The values SLP_TYP of the registers PM1a and PM1b, 0 to 7 each. False: `code` has no such package. */
bool sleep_type_find(const uint8_t *code, size_t length, uint8_t types[2]);

#endif
