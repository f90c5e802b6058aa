/* See text.h. */
#include "text.h"

static void put(struct text *text, char byte) {
  if (text->length < TEXT_MOST) text->bytes[text->length++] = byte;
}

void text_string(struct text *text, const char *string) {
  while (*string != 0) put(text, *string++);
}

void text_decimal(struct text *text, uint64_t number) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count > 0) put(text, digits[--count]);
}

void text_hex(struct text *text, uint64_t number, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) put(text, "0123456789abcdef"[number >> shift & 15]);
}
