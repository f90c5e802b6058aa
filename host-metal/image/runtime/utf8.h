/*
 * UTF-8, as the Unicode Standard defines it (version 16.0, table 3-7).
 */
#ifndef ATOLL_UTF8_H_
#define ATOLL_UTF8_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many of the bytes the first character takes; 0 where they begin none. `bad`: then, how many go for one. */
size_t utf8_next(const uint8_t *bytes, size_t count, size_t *bad);
bool utf8_is_valid(const uint8_t *bytes, size_t count);

#endif
