/*
 * What C made of Wasm uses of <math.h>. Square roots and signs are instructions;
 * roundings are in math.c.
 */
#ifndef ATOLL_MATH_H_
#define ATOLL_MATH_H_

#define NAN __builtin_nanf("")
#define INFINITY __builtin_inff()
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define signbit(x) __builtin_signbit(x)
#define fabs __builtin_fabs
#define fabsf __builtin_fabsf
#define copysign __builtin_copysign
#define copysignf __builtin_copysignf
#define sqrt __builtin_sqrt
#define sqrtf __builtin_sqrtf

double floor(double x);
double ceil(double x);
double trunc(double x);
double nearbyint(double x);
float floorf(float x);
float ceilf(float x);
float truncf(float x);
float nearbyintf(float x);

#endif
