/* See device-word.h. */
#include "device-word.h"

#define SIZE_LEAST 256
#define SIZE_MOST (1u << 20)

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

/* Reads a number at `*at` and steps over it. False: there is none, or it has more than 63 bits. */
static bool number(const char **at, uint64_t *value) {
  int base = 10;
  if ((*at)[0] == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X')) base = 16, *at += 2;
  const char *start = *at;
  for (*value = 0; digit(**at) < base; ++*at) {
    if (*value > INT64_MAX / 16 - 1) return false;
    *value = *value * (uint64_t)base + (uint64_t)digit(**at);
  }
  return *at != start;
}

static bool size(const char **at, uint64_t *value) {
  if (!number(at, value) || *value > SIZE_MOST) return false;
  if (**at == 'K' || **at == 'k') *value <<= 10, ++*at;
  else if (**at == 'M' || **at == 'm') *value <<= 20, ++*at;
  return *value >= SIZE_LEAST && *value <= SIZE_MOST;
}

static bool step(const char **at, char wanted) {
  if (**at != wanted) return false;
  ++*at;
  return true;
}

bool device_word_read(const char *word, struct device_word *place) {
  uint64_t line, ignored;
  if (!size(&word, &place->size) || !step(&word, '@')) return false;
  if (!number(&word, &place->address) || !step(&word, ':')) return false;
  if (!number(&word, &line) || line > UINT32_MAX) return false;
  place->line = (uint32_t)line;
  if (step(&word, ':') && !number(&word, &ignored)) return false;
  return *word == 0;
}
