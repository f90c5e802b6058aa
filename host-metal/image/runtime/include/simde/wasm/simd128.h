/*
 * Vectors of 128 bits, by the names that C made by wasm2c calls them by.
 *
 * wasm2c writes against the library SIMDe, which translates between processors.
 * Here are the instructions of Wasm by the compiler's own vectors, which it knows
 * how to put into SSE2, and by simd-sse.h: those that adapters use, and what is of one piece with
 * them. Code that uses another one does not compile, and the image says so.
 * Lanes are little-endian, as the processor's.
 */
#ifndef ATOLL_SIMD128_H_
#define ATOLL_SIMD128_H_

#include <stdbool.h>
#include <stdint.h>

#include "simd-sse.h"
#include "wasm-access.h"

typedef int8_t simd_i8 __attribute__((vector_size(16)));
typedef uint8_t simd_u8 __attribute__((vector_size(16)));
typedef int16_t simd_i16 __attribute__((vector_size(16)));
typedef uint16_t simd_u16 __attribute__((vector_size(16)));
typedef int32_t simd_i32 __attribute__((vector_size(16)));
typedef uint32_t simd_u32 __attribute__((vector_size(16)));
typedef int64_t simd_i64 __attribute__((vector_size(16)));
typedef uint64_t simd_u64 __attribute__((vector_size(16)));
typedef float simd_f32 __attribute__((vector_size(16)));
typedef double simd_f64 __attribute__((vector_size(16)));

/* One type for all: what a vector is made of is said by each instruction. */
typedef simd_i64 simde_v128_t;

#define SIMD static inline __attribute__((always_inline))
#define SIMD_V simde_v128_t

/* ---- Bits ------------------------------------------------------------------- */

SIMD SIMD_V simde_wasm_v128_and(SIMD_V a, SIMD_V b) { return a & b; }
SIMD SIMD_V simde_wasm_v128_andnot(SIMD_V a, SIMD_V b) { return a & ~b; }
SIMD SIMD_V simde_wasm_v128_or(SIMD_V a, SIMD_V b) { return a | b; }
SIMD SIMD_V simde_wasm_v128_xor(SIMD_V a, SIMD_V b) { return a ^ b; }
SIMD SIMD_V simde_wasm_v128_not(SIMD_V a) { return ~a; }
SIMD SIMD_V simde_wasm_v128_bitselect(SIMD_V a, SIMD_V b, SIMD_V mask) { return (a & mask) | (b & ~mask); }
SIMD bool simde_wasm_v128_any_true(SIMD_V a) {
  return simd_sse_signs((simd_sse_8)((simd_i8)a == (simd_i8){0})) != 0xffff;
}

SIMD SIMD_V simde_wasm_i8x16_const(int8_t a, int8_t b, int8_t c, int8_t d, int8_t e, int8_t f, int8_t g, int8_t h,
                                   int8_t i, int8_t j, int8_t k, int8_t l, int8_t m, int8_t n, int8_t o, int8_t p) {
  return (SIMD_V)(simd_i8){a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p};
}
SIMD SIMD_V simde_wasm_i64x2_make(int64_t a, int64_t b) { return (SIMD_V){a, b}; }

/* ---- Lanes, arithmetic, comparisons --------------------------------------------- */

#define SIMD_LANES(name, vector, lane, count)                                               \
  SIMD SIMD_V simde_wasm_##name##_splat(lane a) {                                           \
    return (SIMD_V)((vector){0} + a);                                                       \
  }                                                                                         \
  SIMD lane simd_##name##_extract(SIMD_V a, int i) { return ((vector)a)[i]; }               \
  SIMD SIMD_V simd_##name##_replace(SIMD_V a, int i, lane value) {                          \
    vector changed = (vector)a;                                                             \
    changed[i] = value;                                                                     \
    return (SIMD_V)changed;                                                                 \
  }                                                                                         \
  SIMD SIMD_V simde_wasm_##name##_add(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a + (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_sub(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a - (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_mul(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a * (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_neg(SIMD_V a) { return (SIMD_V)(-(vector)a); }            \
  SIMD_COMPARED(name, vector)

#define SIMD_COMPARED(name, vector)                                                         \
  SIMD SIMD_V simde_wasm_##name##_eq(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a == (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_ne(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a != (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_lt(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a < (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_gt(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a > (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_le(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a <= (vector)b); } \
  SIMD SIMD_V simde_wasm_##name##_ge(SIMD_V a, SIMD_V b) { return (SIMD_V)((vector)a >= (vector)b); }

/* The count of a shift is taken modulo the width of a lane. */
#define SIMD_WHOLE(name, vector, count, bits)                                               \
  SIMD SIMD_V simde_wasm_##name##_shl(SIMD_V a, uint32_t by) { return (SIMD_V)((vector)a << (by % bits)); } \
  SIMD SIMD_V simde_wasm_##name##_shr(SIMD_V a, uint32_t by) { return (SIMD_V)((vector)a >> (by % bits)); } \
  SIMD bool simde_wasm_##name##_all_true(SIMD_V a) {                                        \
    return !simde_wasm_v128_any_true((SIMD_V)((vector)a == (vector){0}));                   \
  }

#define SIMD_PICKED(name, vector)                                                           \
  SIMD SIMD_V simde_wasm_##name##_min(SIMD_V a, SIMD_V b) {                                 \
    return simde_wasm_v128_bitselect(a, b, (SIMD_V)((vector)a < (vector)b));                \
  }                                                                                         \
  SIMD SIMD_V simde_wasm_##name##_max(SIMD_V a, SIMD_V b) {                                 \
    return simde_wasm_v128_bitselect(a, b, (SIMD_V)((vector)a > (vector)b));                \
  }

SIMD_LANES(i8x16, simd_i8, int8_t, 16)
SIMD_LANES(i16x8, simd_i16, int16_t, 8)
SIMD_LANES(i32x4, simd_i32, int32_t, 4)
SIMD_LANES(i64x2, simd_i64, int64_t, 2)
SIMD_LANES(f32x4, simd_f32, float, 4)
SIMD_LANES(f64x2, simd_f64, double, 2)
SIMD_COMPARED(u8x16, simd_u8)
SIMD_COMPARED(u16x8, simd_u16)
SIMD_COMPARED(u32x4, simd_u32)
SIMD_WHOLE(i8x16, simd_i8, 16, 8)
SIMD_WHOLE(i16x8, simd_i16, 8, 16)
SIMD_WHOLE(i32x4, simd_i32, 4, 32)
SIMD_WHOLE(i64x2, simd_i64, 2, 64)
SIMD_PICKED(i8x16, simd_i8)
SIMD_PICKED(i16x8, simd_i16)
SIMD_PICKED(i32x4, simd_i32)
SIMD_PICKED(u8x16, simd_u8)
SIMD_PICKED(u16x8, simd_u16)
SIMD_PICKED(u32x4, simd_u32)

/* Saturated, a lane keeps its sign. */
SIMD uint32_t simde_wasm_i8x16_bitmask(SIMD_V a) { return simd_sse_signs((simd_sse_8)a); }
SIMD uint32_t simde_wasm_i16x8_bitmask(SIMD_V a) {
  return simd_sse_signs(simd_sse_narrow_s8((simd_sse_16)a, (simd_sse_16){0}));
}
SIMD uint32_t simde_wasm_i32x4_bitmask(SIMD_V a) {
  return simde_wasm_i16x8_bitmask((SIMD_V)simd_sse_narrow_s16((simd_sse_32)a, (simd_sse_32){0}));
}
SIMD uint32_t simde_wasm_i64x2_bitmask(SIMD_V a) { return (uint32_t)(a[0] < 0) | (uint32_t)(a[1] < 0) << 1; }

SIMD SIMD_V simde_wasm_u8x16_shr(SIMD_V a, uint32_t by) { return (SIMD_V)((simd_u8)a >> (by % 8)); }
SIMD SIMD_V simde_wasm_u16x8_shr(SIMD_V a, uint32_t by) { return (SIMD_V)((simd_u16)a >> (by % 16)); }
SIMD SIMD_V simde_wasm_u32x4_shr(SIMD_V a, uint32_t by) { return (SIMD_V)((simd_u32)a >> (by % 32)); }
SIMD SIMD_V simde_wasm_u64x2_shr(SIMD_V a, uint32_t by) { return (SIMD_V)((simd_u64)a >> (by % 64)); }
SIMD SIMD_V simde_wasm_f32x4_div(SIMD_V a, SIMD_V b) { return (SIMD_V)((simd_f32)a / (simd_f32)b); }
SIMD SIMD_V simde_wasm_f64x2_div(SIMD_V a, SIMD_V b) { return (SIMD_V)((simd_f64)a / (simd_f64)b); }

/* The lane is a constant in Wasm, and so in the C that is made of it. */
#define simde_wasm_i8x16_extract_lane(a, i) simd_i8x16_extract(a, i)
#define simde_wasm_u8x16_extract_lane(a, i) ((uint8_t)simd_i8x16_extract(a, i))
#define simde_wasm_i16x8_extract_lane(a, i) simd_i16x8_extract(a, i)
#define simde_wasm_u16x8_extract_lane(a, i) ((uint16_t)simd_i16x8_extract(a, i))
#define simde_wasm_i32x4_extract_lane(a, i) simd_i32x4_extract(a, i)
#define simde_wasm_i64x2_extract_lane(a, i) simd_i64x2_extract(a, i)
#define simde_wasm_f32x4_extract_lane(a, i) simd_f32x4_extract(a, i)
#define simde_wasm_f64x2_extract_lane(a, i) simd_f64x2_extract(a, i)
#define simde_wasm_i8x16_replace_lane(a, i, v) simd_i8x16_replace(a, i, (int8_t)(v))
#define simde_wasm_i16x8_replace_lane(a, i, v) simd_i16x8_replace(a, i, (int16_t)(v))
#define simde_wasm_i32x4_replace_lane(a, i, v) simd_i32x4_replace(a, i, (int32_t)(v))
#define simde_wasm_i64x2_replace_lane(a, i, v) simd_i64x2_replace(a, i, (int64_t)(v))
#define simde_wasm_f32x4_replace_lane(a, i, v) simd_f32x4_replace(a, i, v)
#define simde_wasm_f64x2_replace_lane(a, i, v) simd_f64x2_replace(a, i, v)

/* ---- Memory: the address was checked, and need not be aligned ------------------- */

SIMD SIMD_V simde_wasm_v128_load(const void *from) {
  return (SIMD_V)WASM_READ(from, v128);
}
SIMD void simde_wasm_v128_store(void *to, SIMD_V value) { WASM_WRITE(to, v128, value); }

#define SIMD_LANE_MEMORY(bits, name, lane)                                                  \
  SIMD lane simd_read##bits(const void *from) { return WASM_READ(from, s##bits); }          \
  SIMD SIMD_V simde_wasm_v128_load##bits##_splat(const void *from) {                        \
    return simde_wasm_##name##_splat(simd_read##bits(from));                                \
  }                                                                                         \
  SIMD SIMD_V simde_wasm_v128_load##bits##_lane(const void *from, SIMD_V a, int i) {        \
    return simd_##name##_replace(a, i, simd_read##bits(from));                              \
  }                                                                                         \
  SIMD void simde_wasm_v128_store##bits##_lane(void *to, SIMD_V a, int i) {                 \
    WASM_WRITE(to, s##bits, simd_##name##_extract(a, i));                                   \
  }

SIMD_LANE_MEMORY(8, i8x16, int8_t)
SIMD_LANE_MEMORY(16, i16x8, int16_t)
SIMD_LANE_MEMORY(32, i32x4, int32_t)
SIMD_LANE_MEMORY(64, i64x2, int64_t)

SIMD SIMD_V simde_wasm_v128_load32_zero(const void *from) { return (SIMD_V)(simd_i32){simd_read32(from)}; }
SIMD SIMD_V simde_wasm_v128_load64_zero(const void *from) { return (SIMD_V){simd_read64(from)}; }

/* ---- Lanes of another width ------------------------------------------------------ */

/* The lower or upper lanes of `from`, each as one of `to`: above it lies 0, or its sign. */
#define SIMD_WIDENED(to_name, to, from_name, from, sse, ending)                             \
  SIMD SIMD_V simde_wasm_##to_name##_extend_low_##from_name(SIMD_V a) {                     \
    return (SIMD_V)__builtin_ia32_punpckl##ending##128((sse)a, (sse)((from)a < (from){0})); \
  }                                                                                         \
  SIMD SIMD_V simde_wasm_##to_name##_extend_high_##from_name(SIMD_V a) {                    \
    return (SIMD_V)__builtin_ia32_punpckh##ending##128((sse)a, (sse)((from)a < (from){0})); \
  }                                                                                         \
  SIMD SIMD_V simde_wasm_##to_name##_extmul_low_##from_name(SIMD_V a, SIMD_V b) {           \
    return (SIMD_V)((to)simde_wasm_##to_name##_extend_low_##from_name(a) *                  \
                    (to)simde_wasm_##to_name##_extend_low_##from_name(b));                  \
  }                                                                                         \
  SIMD SIMD_V simde_wasm_##to_name##_extmul_high_##from_name(SIMD_V a, SIMD_V b) {          \
    return (SIMD_V)((to)simde_wasm_##to_name##_extend_high_##from_name(a) *                 \
                    (to)simde_wasm_##to_name##_extend_high_##from_name(b));                 \
  }

SIMD_WIDENED(i16x8, simd_i16, i8x16, simd_i8, simd_sse_8, bw)
SIMD_WIDENED(u16x8, simd_u16, u8x16, simd_u8, simd_sse_8, bw)
SIMD_WIDENED(i32x4, simd_i32, i16x8, simd_i16, simd_sse_16, wd)
SIMD_WIDENED(u32x4, simd_u32, u16x8, simd_u16, simd_sse_16, wd)
SIMD_WIDENED(i64x2, simd_i64, i32x4, simd_i32, simd_sse_32, dq)
SIMD_WIDENED(u64x2, simd_u64, u32x4, simd_u32, simd_sse_32, dq)

#define SIMD_LOADED(to, shape, from)                                                        \
  SIMD SIMD_V simde_wasm_##to##_load##shape(const void *at) {                               \
    return simde_wasm_##to##_extend_low_##from(simde_wasm_v128_load64_zero(at));            \
  }

SIMD_LOADED(i16x8, 8x8, i8x16)
SIMD_LOADED(u16x8, 8x8, u8x16)
SIMD_LOADED(i32x4, 16x4, i16x8)
SIMD_LOADED(u32x4, 16x4, u16x8)
SIMD_LOADED(i64x2, 32x2, i32x4)
SIMD_LOADED(u64x2, 32x2, u32x4)

/* Both vectors' lanes, signed ones, brought within the bounds of half as wide ones. */
#define SIMD_NARROWED(to, from, sse, lanes)                                                 \
  SIMD SIMD_V simde_wasm_##to##_narrow_##from(SIMD_V a, SIMD_V b) {                         \
    return (SIMD_V)simd_sse_narrow_##sse((lanes)a, (lanes)b);                               \
  }

SIMD_NARROWED(i8x16, i16x8, s8, simd_sse_16)
SIMD_NARROWED(u8x16, i16x8, u8, simd_sse_16)
SIMD_NARROWED(i16x8, i32x4, s16, simd_sse_32)
SIMD_NARROWED(u16x8, i32x4, u16, simd_sse_32)

SIMD SIMD_V simde_wasm_i8x16_swizzle(SIMD_V a, SIMD_V at) {
  return (SIMD_V)simd_sse_picked((simd_sse_8)a, (simd_sse_8)at);
}

#define simde_wasm_i8x16_shuffle(a, b, ...) \
  ((SIMD_V)__builtin_shuffle((simd_i8)(a), (simd_i8)(b), (simd_i8){__VA_ARGS__}))

#endif
