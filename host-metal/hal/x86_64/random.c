/*
 * Entropy, by a device or by the processor's own generator: RDRAND, AMD64 manual, volume 3.
 */
#include "../hal.h"
#include "../portable/entropy.h"
#include "io.h"

#define CPUID_FEATURES 1
#define CPUID_RDRAND (1u << 30)
#define ATTEMPTS 16 /* the generator may be drained for a moment */

static bool draw(uint64_t *number) {
  for (int i = 0; i < ATTEMPTS; i++) {
    uint8_t drawn;
    __asm__ volatile("rdrand %0; setc %1" : "=r"(*number), "=qm"(drawn) : : "cc");
    if (drawn) return true;
  }
  return false;
}

bool hal_entropy(void *bytes, size_t length) {
  if (entropy_draw(bytes, length)) return true;
  if ((cpuid(CPUID_FEATURES).c & CPUID_RDRAND) == 0) return false;
  uint8_t *next = bytes;
  while (length > 0) {
    uint64_t number;
    if (!draw(&number)) return false;
    size_t part = length < sizeof number ? length : sizeof number;
    __builtin_memcpy(next, &number, part);
    next += part;
    length -= part;
  }
  return true;
}
