/* Where a device is, by a word of the command line: <size>@<address>:<line>, as Linux reads it. */
#ifndef ATOLL_HAL_DEVICE_WORD_H
#define ATOLL_HAL_DEVICE_WORD_H

#include <stdbool.h>
#include <stdint.h>

struct device_word {
  uint64_t size; /* of its registers: 256 bytes at least, 1 MiB at most */
  uint64_t address;
  uint32_t line; /* its interrupt's */
};

/*
 * Numbers are decimal or, after 0x, hexadecimal; the size may end in K or M. What follows
 * the line after another `:` is a number that Linux gives the device. False: it is no such word.
 */
bool device_word_read(const char *word, struct device_word *place);

#endif
