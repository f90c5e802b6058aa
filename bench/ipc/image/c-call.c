/*
 * The work of cases.ts by calls of C functions that are not inlined: what an image's calls are compared with.
 *
 * Caller and callee share the memory, so numbers and pointers are passed as they are. Bytes and text become
 * the callee's own all the same, as between components: they are copied to where its allocator says, which
 * is that of guests/wat/callee.wat. A reply of bytes is copied back in the same way.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "platform.h"
#include "runs.h"

/* The compiler looks neither into the function nor around it. */
#if defined(__has_attribute) && __has_attribute(noipa)
#define CALLED __attribute__((noipa))
#else
#define CALLED __attribute__((noinline))
#endif

#define LARGEST 65536
#define CELLS 256
#define CELL_STEP 7

/* u32x2 */

CALLED static uint32_t add(uint32_t a, uint32_t b) { return a + b; }

static uint32_t run_add(uint32_t rounds) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < rounds; i++) sum = add(sum, i);
  return sum;
}

/* u32-u8, borrow-method */

static uint32_t cells[CELLS];

static void fill_cells(void) {
  for (uint32_t i = 0; i < CELLS; i++) cells[i] = i * CELL_STEP;
}

CALLED static uint32_t plus(uint32_t a, uint8_t cell) { return a + cells[cell]; }

CALLED static uint32_t method(const uint32_t *cell, uint32_t a) { return a + *cell; }

static uint32_t run_plus(uint32_t rounds) {
  uint32_t sum = 0;
  fill_cells();
  for (uint32_t i = 0; i < rounds; i++) sum = plus(sum + i, (uint8_t)i);
  return sum;
}

static uint32_t run_method(uint32_t rounds) {
  uint32_t sum = 0;
  fill_cells();
  for (uint32_t i = 0; i < rounds; i++) sum = method(&cells[1], sum + i);
  return sum;
}

/* An allocator for one call: a block after the other, all given back at once. */

struct arena {
  /* Not at a multiple of a page, where the payload lies; see callee.wat. */
  _Alignas(4096) uint8_t bytes[2 * LARGEST];
  uint32_t used;
};

#define ARENA_START 1024

static void *allocate(struct arena *arena, uint32_t size) {
  const uint32_t at = (arena->used + 15) & ~15u;
  if (size > sizeof arena->bytes - at) platform_exit(1);
  arena->used = at + size;
  return arena->bytes + at;
}

static struct arena callers = {.used = ARENA_START}, callees = {.used = ARENA_START};
static _Alignas(4096) uint8_t payload[LARGEST];

struct bytes {
  const uint8_t *at;
  uint32_t length;
};

static struct bytes handed_to(struct arena *arena, struct bytes bytes) {
  uint8_t *own = allocate(arena, bytes.length);
  memcpy(own, bytes.at, bytes.length);
  return (struct bytes){own, bytes.length};
}

CALLED static struct bytes echo(struct bytes bytes) {
  callees.used = ARENA_START;
  return bytes;
}

CALLED static uint32_t read_bytes(struct bytes bytes) {
  callees.used = ARENA_START;
  uint32_t stamp;
  memcpy(&stamp, bytes.at, sizeof stamp);
  return stamp + bytes.at[(stamp * 61) & (bytes.length - 1)];
}

static struct bytes echoed(struct bytes request) {
  callers.used = ARENA_START;
  return handed_to(&callers, echo(handed_to(&callees, request)));
}

/* string-64 */

static uint8_t printable(uint32_t n) { return (uint8_t)(48 + (n & 63)); }

static uint32_t run_string(uint32_t rounds) {
  uint32_t sum = 0;
  for (uint32_t j = 0; j < 64; j++) payload[j] = printable(j * 7);
  for (uint32_t i = 0; i < rounds; i++) {
    payload[0] = printable(i);
    const struct bytes reply = echoed((struct bytes){payload, 64});
    sum += reply.length + reply.at[0] + reply.at[(i * 61) & 63];
  }
  return sum;
}

/* bytes-* */

static void stamp(uint32_t i) { memcpy(payload, &i, sizeof i); }

static void fill_bytes(void) {
  for (uint32_t j = 0; j < LARGEST; j++) payload[j] = (uint8_t)(j * 31 + 7);
}

static uint32_t bytes_in(uint32_t size, uint32_t rounds) {
  uint32_t sum = 0;
  fill_bytes();
  for (uint32_t i = 0; i < rounds; i++) {
    stamp(i);
    sum += read_bytes(handed_to(&callees, (struct bytes){payload, size}));
  }
  return sum;
}

static uint32_t bytes_both(uint32_t size, uint32_t rounds) {
  uint32_t sum = 0;
  fill_bytes();
  for (uint32_t i = 0; i < rounds; i++) {
    stamp(i);
    const struct bytes reply = echoed((struct bytes){payload, size});
    uint32_t first;
    memcpy(&first, reply.at, sizeof first);
    sum += first + reply.at[(i * 61) & (reply.length - 1)];
  }
  return sum;
}

static uint32_t run_64_both(uint32_t rounds) { return bytes_both(64, rounds); }
static uint32_t run_4k_in(uint32_t rounds) { return bytes_in(4096, rounds); }
static uint32_t run_4k_both(uint32_t rounds) { return bytes_both(4096, rounds); }
static uint32_t run_64k_in(uint32_t rounds) { return bytes_in(65536, rounds); }
static uint32_t run_64k_both(uint32_t rounds) { return bytes_both(65536, rounds); }

const struct run c_runs[] = {
    {"u32x2", run_add},
    {"u32-u8", run_plus},
    {"borrow-method", run_method},
    {"string-64", run_string},
    {"bytes-64", run_64_both},
    {"bytes-4k-in", run_4k_in},
    {"bytes-4k-both", run_4k_both},
    {"bytes-64k-in", run_64k_in},
    {"bytes-64k-both", run_64k_both},
    {NULL, NULL},
};
