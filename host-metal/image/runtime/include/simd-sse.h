/*
 * Instructions of SSE2 for what the compiler does not find in loops over lanes; and SSSE3's shuffle of bytes.
 *
 * Every x86-64 has SSE2. A processor without SSSE3 (2006) picks bytes one by one.
 */
#ifndef ATOLL_SIMD_SSE_H_
#define ATOLL_SIMD_SSE_H_

#include <stdbool.h>
#include <stdint.h>

typedef char simd_sse_8 __attribute__((vector_size(16)));
typedef short simd_sse_16 __attribute__((vector_size(16)));
typedef int simd_sse_32 __attribute__((vector_size(16)));

#define SIMD_SSE static inline __attribute__((always_inline))

/* The highest bit of each byte. */
SIMD_SSE uint32_t simd_sse_signs(simd_sse_8 a) { return (uint32_t)__builtin_ia32_pmovmskb128(a); }

/* Both vectors' lanes in half as wide ones, saturated. */
SIMD_SSE simd_sse_8 simd_sse_narrow_s8(simd_sse_16 a, simd_sse_16 b) { return __builtin_ia32_packsswb128(a, b); }
SIMD_SSE simd_sse_8 simd_sse_narrow_u8(simd_sse_16 a, simd_sse_16 b) { return __builtin_ia32_packuswb128(a, b); }
SIMD_SSE simd_sse_16 simd_sse_narrow_s16(simd_sse_32 a, simd_sse_32 b) { return __builtin_ia32_packssdw128(a, b); }

/* SSE4.1 has it. Here what is negative becomes 0, and 0 to 65535 are moved to where they are signed. */
SIMD_SSE simd_sse_16 simd_sse_narrow_u16(simd_sse_32 a, simd_sse_32 b) {
  const simd_sse_32 half = {0x8000, 0x8000, 0x8000, 0x8000};
  const simd_sse_16 moved = simd_sse_narrow_s16((a & ~(a >> 31)) - half, (b & ~(b >> 31)) - half);
  return moved ^ (simd_sse_16){-0x8000, -0x8000, -0x8000, -0x8000, -0x8000, -0x8000, -0x8000, -0x8000};
}

/* Whether the processor has SSSE3: false until `processor_ask` has been called. */
extern bool processor_has_ssse3;
/* What `simd_sse_picked` does without it. */
simd_sse_8 processor_pick(simd_sse_8 a, simd_sse_8 at);

/* The bytes of `a` at the places `at`; 0 for places that are none. */
SIMD_SSE simd_sse_8 simd_sse_picked(simd_sse_8 a, simd_sse_8 at) {
  if (__builtin_expect(!processor_has_ssse3, 0)) return processor_pick(a, at);
  /* The instruction gives 0 where the highest bit is set: for 16 and more, once 0x70 is added. */
  at = __builtin_ia32_paddusb128(at, (simd_sse_8){0} + (char)0x70);
  __asm__("pshufb %1, %0" : "+x"(a) : "x"(at));
  return a;
}

#endif
