/*
 * What a compiler may call in any code: copying, filling and comparing bytes.
 *
 * Not part of link-time optimisation: it would drop them before it makes the calls.
 * `rep movsb` is no faster for the short pieces that most calls have, and an emulator
 * does it byte by byte, so copies go by 16 bytes with overlapping ends. Without SSE, as
 * the layer of ring 3 is compiled, that is two registers.
 */
#include <stddef.h>
#include <stdint.h>

#pragma GCC optimize("no-tree-loop-distribute-patterns")

typedef long long v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t u8x8 __attribute__((aligned(1), may_alias));
typedef uint32_t u8x4 __attribute__((aligned(1), may_alias));
typedef uint16_t u8x2 __attribute__((aligned(1), may_alias));

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);

/* Both ends, which overlap in the middle; both are read before either is written. */
#define ENDS(type)                                                 \
  do {                                                             \
    type first = *(const type *)from;                              \
    type last = *(const type *)(from + length - sizeof(type));     \
    *(type *)to = first;                                           \
    *(type *)(to + length - sizeof(type)) = last;                  \
  } while (0)

static void copy_short(char *to, const char *from, size_t length) {
  if (length >= 16)
    ENDS(v16);
  else if (length >= 8)
    ENDS(u8x8);
  else if (length >= 4)
    ENDS(u8x4);
  else if (length >= 2)
    ENDS(u8x2);
  else if (length == 1)
    *to = *from;
}

static void copy_upward(char *to, const char *from, size_t length) {
  v16 last = *(const v16 *)(from + length - 16);
  char *end = to + length - 16;
  for (; to < end; to += 16, from += 16) *(v16 *)to = *(const v16 *)from;
  *(v16 *)end = last;
}

static void copy_downward(char *to, const char *from, size_t length) {
  v16 first = *(const v16 *)from;
  for (size_t left = length; left > 16; left -= 16) *(v16 *)(to + left - 16) = *(const v16 *)(from + left - 16);
  *(v16 *)to = first;
}

void *memmove(void *to, const void *from, size_t length) {
  if (length <= 32)
    copy_short(to, from, length);
  else if ((uintptr_t)to - (uintptr_t)from >= length)
    copy_upward(to, from, length);
  else
    copy_downward(to, from, length);
  return to;
}

void *memcpy(void *to, const void *from, size_t length) {
  return memmove(to, from, length);
}

#ifdef __SSE2__
void *memset(void *to, int byte, size_t length) {
  char *next = to;
  if (length < 16) {
    while (length-- > 0) *next++ = (char)byte;
    return to;
  }
  long long eight = (long long)(0x0101010101010101ull * (uint8_t)byte);
  v16 sixteen = {eight, eight};
  char *end = next + length - 16;
  for (; next < end; next += 16) *(v16 *)next = sixteen;
  *(v16 *)end = sixteen;
  return to;
}
#else
/* One instruction for many bytes, where an emulator of ring 0 takes a microsecond for each. */
void *memset(void *to, int byte, size_t length) {
  void *next = to;
  size_t eights = length / 8, ones = length % 8;
  uint64_t eight = 0x0101010101010101ull * (uint8_t)byte;
  __asm__ volatile("rep stosq" : "+D"(next), "+c"(eights) : "a"(eight) : "memory");
  __asm__ volatile("rep stosb" : "+D"(next), "+c"(ones) : "a"(byte) : "memory");
  return to;
}
#endif

int memcmp(const void *a, const void *b, size_t length) {
  const uint8_t *x = a, *y = b;
  for (; length > 0; length--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}
