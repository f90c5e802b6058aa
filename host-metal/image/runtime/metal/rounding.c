/*
 * Roundings, without the instructions that older processors lack.
 *
 * From 2^52 on (2^23 for floats) each number is whole. Below that, adding and taking
 * away such a power rounds to the nearest, ties to even, as the processor does every
 * addition; the others are a step from there. Zeros keep their sign. Kept, since the
 * compiler may call them where no source does.
 */
#include <math.h>

#define KEPT __attribute__((used))

#define DEFINE_ROUNDING(type, suffix, whole)                                              \
  KEPT type nearbyint##suffix(type x) {                                                        \
    if (!(fabs##suffix(x) < whole)) return x;                                             \
    volatile type shifted = fabs##suffix(x) + whole;                                      \
    return copysign##suffix(shifted - whole, x);                                          \
  }                                                                                       \
  KEPT type trunc##suffix(type x) {                                                            \
    const type near = nearbyint##suffix(fabs##suffix(x));                                 \
    return copysign##suffix(near > fabs##suffix(x) ? near - 1 : near, x);                 \
  }                                                                                       \
  KEPT type floor##suffix(type x) {                                                            \
    const type near = nearbyint##suffix(x);                                               \
    return copysign##suffix(near > x ? near - 1 : near, x);                               \
  }                                                                                       \
  KEPT type ceil##suffix(type x) {                                                             \
    const type near = nearbyint##suffix(x);                                               \
    return copysign##suffix(near < x ? near + 1 : near, x);                               \
  }

DEFINE_ROUNDING(double, , 0x1p52)
DEFINE_ROUNDING(float, f, 0x1p23f)
