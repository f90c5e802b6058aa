#include "tree-limit.h"

#include <stddef.h>

#include "../../../hal/hal.h"

#define MEBIBYTE (1024ull * 1024)
/* needs.ts counts with it. */
#define DEFAULT (64 * MEBIBYTE)
/* Address space of a tree. */
#define MOST 4096

/* The word `files=<MiB>` of the command line. */
uint64_t tree_limit(void) {
  const char *text = hal_option("files");
  if (text == NULL) return DEFAULT;
  uint64_t value = 0;
  for (; *text >= '0' && *text <= '9' && value < MOST; text++) value = 10 * value + (uint64_t)(*text - '0');
  return value * MEBIBYTE;
}
