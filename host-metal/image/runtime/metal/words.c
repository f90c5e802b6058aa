#include "words.h"

#include <stddef.h>

#include "../../../hal/hal.h"

uint64_t word_number(const char *name, uint64_t otherwise) {
  const char *text = hal_option(name);
  if (text == NULL || *text < '0' || *text > '9') return otherwise;
  uint64_t value = 0;
  for (; *text >= '0' && *text <= '9'; text++) value = 10 * value + (uint64_t)(*text - '0');
  return value;
}
