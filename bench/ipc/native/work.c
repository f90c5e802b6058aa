/* See work.h. */
#include "work.h"

#include <string.h>

static uint32_t load32(const unsigned char *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}
static void store32(unsigned char *at, uint32_t value) { memcpy(at, &value, 4); }
static unsigned char printable(uint32_t n) { return 48 + (n & 63); }
static void fill_text(unsigned char *at, size_t length, uint32_t seed) {
  for (size_t j = 0; j < length; j++) at[j] = printable(seed + j * 7);
}

static const unsigned char *echo(unsigned char *request, size_t size, unsigned char *scratch) {
  (void)size, (void)scratch;
  return request;
}
static uint32_t take_number(const unsigned char *reply, size_t size, uint32_t i, uint32_t sum) {
  (void)size, (void)i;
  return sum + load32(reply);
}

/* u32x2 */
static void begin_add(unsigned char *payload, size_t size) { memset(payload, 0, size); }
static void stamp_add(unsigned char *payload, uint32_t i, uint32_t sum) {
  store32(payload, sum);
  store32(payload + 4, i);
}
static const unsigned char *serve_add(unsigned char *request, size_t size, unsigned char *scratch) {
  (void)size;
  store32(scratch, load32(request) + load32(request + 4));
  return scratch;
}
static uint32_t take_add(const unsigned char *reply, size_t size, uint32_t i, uint32_t sum) {
  (void)size, (void)i, (void)sum;
  return load32(reply);
}

/* string-64 */
static void begin_string(unsigned char *payload, size_t size) { fill_text(payload, size, 0); }
static void stamp_string(unsigned char *payload, uint32_t i, uint32_t sum) {
  (void)sum;
  payload[0] = printable(i);
}
static uint32_t take_string(const unsigned char *reply, size_t size, uint32_t i, uint32_t sum) {
  return sum + (uint32_t)size + reply[0] + reply[(i * 61) & 63];
}

/* bytes-* */
static void begin_bytes(unsigned char *payload, size_t size) {
  for (size_t j = 0; j < size; j++) payload[j] = (unsigned char)(j * 31 + 7);
}
static void stamp_bytes(unsigned char *payload, uint32_t i, uint32_t sum) {
  (void)sum;
  store32(payload, i);
}
static uint32_t read_bytes(const unsigned char *bytes, size_t size) {
  uint32_t stamp = load32(bytes);
  return stamp + bytes[(stamp * 61) & (size - 1)];
}
static const unsigned char *serve_bytes(unsigned char *request, size_t size, unsigned char *scratch) {
  store32(scratch, read_bytes(request, size));
  return scratch;
}
static uint32_t take_bytes(const unsigned char *reply, size_t size, uint32_t i, uint32_t sum) {
  (void)i;
  return sum + read_bytes(reply, size);
}

/* record: document 0, position 4, score 8, title 16, exact 32 */
static void begin_record(unsigned char *payload, size_t size) {
  memset(payload, 0, size);
  fill_text(payload + 16, 16, 0);
}
static void stamp_record(unsigned char *payload, uint32_t i, uint32_t sum) {
  (void)sum;
  double score = i * 0.5;
  store32(payload, i);
  store32(payload + 4, i * 3);
  memcpy(payload + 8, &score, 8);
  payload[16] = printable(i);
  payload[32] = i & 1;
}
static const unsigned char *serve_record(unsigned char *request, size_t size, unsigned char *scratch) {
  (void)size, (void)scratch;
  double score;
  memcpy(&score, request + 8, 8);
  score *= 2;
  store32(request + 4, load32(request + 4) + 1);
  memcpy(request + 8, &score, 8);
  request[32] = !request[32];
  return request;
}
static uint32_t take_record(const unsigned char *reply, size_t size, uint32_t i, uint32_t sum) {
  (void)size;
  double score;
  memcpy(&score, reply + 8, 8);
  return sum + load32(reply) + load32(reply + 4) + (uint32_t)score + reply[32] + reply[16 + ((i * 5) & 15)];
}

/* strings-100: a count, then a length and 16 characters for each */
static void begin_strings(unsigned char *payload, size_t size) {
  (void)size;
  store32(payload, 100);
  for (uint32_t k = 0; k < 100; k++) {
    store32(payload + 4 + k * 20, 16);
    fill_text(payload + 8 + k * 20, 16, k);
  }
}
static void stamp_strings(unsigned char *payload, uint32_t i, uint32_t sum) {
  (void)sum;
  payload[8 + (i % 100) * 20] = printable(i);
}
static const unsigned char *serve_strings(unsigned char *request, size_t size, unsigned char *scratch) {
  uint32_t sum = 0;
  size_t at = 4;
  for (uint32_t left = load32(request); left > 0 && at + 4 < size; left--) {
    uint32_t length = load32(request + at);
    sum += length + request[at + 4];
    at += 4 + length;
  }
  store32(scratch, sum);
  return scratch;
}

static const struct work works[] = {
    {"u32x2", 8, 4, begin_add, stamp_add, serve_add, take_add},
    {"string-64", 64, 64, begin_string, stamp_string, echo, take_string},
    {"bytes-64", 64, 64, begin_bytes, stamp_bytes, echo, take_bytes},
    {"bytes-4k-in", 4096, 4, begin_bytes, stamp_bytes, serve_bytes, take_number},
    {"bytes-4k-both", 4096, 4096, begin_bytes, stamp_bytes, echo, take_bytes},
    {"bytes-64k-in", 65536, 4, begin_bytes, stamp_bytes, serve_bytes, take_number},
    {"bytes-64k-both", 65536, 65536, begin_bytes, stamp_bytes, echo, take_bytes},
    {"record", 33, 33, begin_record, stamp_record, serve_record, take_record},
    {"strings-100", 2004, 4, begin_strings, stamp_strings, serve_strings, take_number},
};

const struct work *work_named(const char *name) {
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    if (strcmp(works[i].name, name) == 0) return &works[i];
  return NULL;
}
