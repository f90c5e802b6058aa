#include "processor.h"

#include <cpuid.h>

#include "simd-sse.h"

bool processor_has_ssse3;

void processor_ask(void) {
  uint32_t a, b, c, d;
  processor_has_ssse3 = __get_cpuid(1, &a, &b, &c, &d) == 1 && (c & bit_SSSE3) != 0;
}

__attribute__((noinline, cold)) simd_sse_8 processor_pick(simd_sse_8 a, simd_sse_8 at) {
  simd_sse_8 picked;
  for (int i = 0; i < 16; i++) {
    const uint8_t place = (uint8_t)at[i];
    picked[i] = place < 16 ? a[place & 15] : 0;
  }
  return picked;
}
