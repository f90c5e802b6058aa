/*
 * Text of numbers, for what this layer says when it cannot go on.
 *
 * A line is made in a buffer of fixed size and cut where it is too long: a panic
 * must not need memory, nor formats that could fail.
 */
#ifndef ATOLL_HAL_TEXT_H
#define ATOLL_HAL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_MOST 256

struct text {
  size_t length;
  char bytes[TEXT_MOST];
};

void text_string(struct text *text, const char *string);
void text_decimal(struct text *text, uint64_t number);
/* `digits` hexadecimal digits, 1 to 16. */
void text_hex(struct text *text, uint64_t number, int digits);

#endif
