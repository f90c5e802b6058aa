/* Vectors' instructions that are SSE's, against loops over lanes, on numbers in disorder. Prints the first that differs. */
#include <stdio.h>
#include <string.h>

#include "processor.h"
#include "simde/wasm/simd128.h"

static uint64_t state = 7;

static uint64_t disorder(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 24 ^ state << 40;
}

/* Lanes near the bounds of narrower ones come often. */
static SIMD_V vector(void) {
  SIMD_V made = {(int64_t)disorder(), (int64_t)disorder()};
  const uint64_t kind = disorder() % 4;
  if (kind == 1) made = simde_wasm_i16x8_shr(made, 7);
  if (kind == 2) made = simde_wasm_i32x4_shr(made, 15);
  if (kind == 3) made &= (SIMD_V)((simd_u8){0} + 0x1f);
  return made;
}

static int failed;

static void same(const char *name, SIMD_V found, SIMD_V expected) {
  if (failed || memcmp(&found, &expected, sizeof found) == 0) return;
  printf("%s: expected %016lx %016lx, found %016lx %016lx\n", name, (unsigned long)expected[0],
         (unsigned long)expected[1], (unsigned long)found[0], (unsigned long)found[1]);
  failed = 1;
}

static void check_picked(SIMD_V a, SIMD_V at) {
  simd_u8 expected;
  for (int i = 0; i < 16; i++) expected[i] = ((simd_u8)at)[i] < 16 ? ((simd_u8)a)[((simd_u8)at)[i]] : 0;
  same("swizzle", simde_wasm_i8x16_swizzle(a, at), (SIMD_V)expected);
}

#define CHECK_NARROWED(to_name, to, from_name, from, half, low, high)                            \
  {                                                                                              \
    to expected;                                                                                 \
    for (int i = 0; i < 2 * half; i++) {                                                         \
      const int32_t lane = i < half ? ((from)a)[i] : ((from)b)[i - half];                        \
      expected[i] = lane < low ? low : lane > high ? high : lane;                                \
    }                                                                                            \
    same(#to_name " narrowed", simde_wasm_##to_name##_narrow_##from_name(a, b), (SIMD_V)expected); \
  }

#define CHECK_WIDENED(to_name, to, from_name, from, half)                                       \
  {                                                                                             \
    to low, high;                                                                               \
    for (int i = 0; i < half; i++) low[i] = ((from)a)[i], high[i] = ((from)a)[half + i];        \
    same(#to_name " low", simde_wasm_##to_name##_extend_low_##from_name(a), (SIMD_V)low);        \
    same(#to_name " high", simde_wasm_##to_name##_extend_high_##from_name(a), (SIMD_V)high);     \
  }

#define CHECK_SIGNS(name, lanes, count)                                                          \
  {                                                                                              \
    uint32_t expected = 0;                                                                       \
    for (int i = 0; i < count; i++) expected |= (uint32_t)(((lanes)a)[i] < 0) << i;              \
    same(#name " bitmask", (SIMD_V){simde_wasm_##name##_bitmask(a)}, (SIMD_V){expected});         \
  }

static void check(SIMD_V a, SIMD_V b) {
  check_picked(a, b);
  CHECK_NARROWED(i8x16, simd_i8, i16x8, simd_i16, 8, INT8_MIN, INT8_MAX)
  CHECK_NARROWED(u8x16, simd_u8, i16x8, simd_i16, 8, 0, UINT8_MAX)
  CHECK_NARROWED(i16x8, simd_i16, i32x4, simd_i32, 4, INT16_MIN, INT16_MAX)
  CHECK_NARROWED(u16x8, simd_u16, i32x4, simd_i32, 4, 0, UINT16_MAX)
  CHECK_WIDENED(i16x8, simd_i16, i8x16, simd_i8, 8)
  CHECK_WIDENED(u16x8, simd_u16, u8x16, simd_u8, 8)
  CHECK_WIDENED(i32x4, simd_i32, i16x8, simd_i16, 4)
  CHECK_WIDENED(u32x4, simd_u32, u16x8, simd_u16, 4)
  CHECK_WIDENED(i64x2, simd_i64, i32x4, simd_i32, 2)
  CHECK_WIDENED(u64x2, simd_u64, u32x4, simd_u32, 2)
  CHECK_SIGNS(i8x16, simd_i8, 16)
  CHECK_SIGNS(i16x8, simd_i16, 8)
  CHECK_SIGNS(i32x4, simd_i32, 4)
  CHECK_SIGNS(i64x2, simd_i64, 2)
  const int64_t any = (a[0] | a[1]) != 0;
  same("any_true", (SIMD_V){simde_wasm_v128_any_true(a)}, (SIMD_V){any});
}

int main(void) {
  const SIMD_V zero = {0, 0};
  /* Once as a processor without SSSE3. */
  for (int turn = 0; turn < 2; turn++) {
    check(zero, zero);
    check((SIMD_V){1, 0}, zero);
    for (int i = 0; i < 20000; i++) check(vector(), vector());
    processor_ask();
  }
  if (!failed) printf("all are the same\n");
  return failed;
}
