/* See sleep-type.h. */
#include "sleep-type.h"

/* ACPI 6.5, section 20.2.5.1 and table 20.1. */
enum { NAME = 0x08, BYTE = 0x0a, PACKAGE = 0x12, ROOT = '\\' };
#define SLEEP_TYPE_MOST 7

struct reader {
  const uint8_t *at;
  const uint8_t *end;
};

static bool next(struct reader *reader, uint8_t *byte) {
  if (reader->at == reader->end) return false;
  *byte = *reader->at++;
  return true;
}

static bool step(struct reader *reader, uint8_t wanted) {
  if (reader->at == reader->end || *reader->at != wanted) return false;
  reader->at++;
  return true;
}

/* Section 20.2.4: the first byte's upper two bits count the bytes that follow. */
static bool skip_length(struct reader *reader) {
  uint8_t first, ignored;
  if (!next(reader, &first)) return false;
  for (int i = 0; i < first >> 6; i++)
    if (!next(reader, &ignored)) return false;
  return true;
}

/* 0 and 1 may be operations of their own, which are these very bytes. */
static bool read_type(struct reader *reader, uint8_t *type) {
  if (!next(reader, type)) return false;
  if (*type == BYTE && !next(reader, type)) return false;
  return *type <= SLEEP_TYPE_MOST;
}

/* Behind the name operation: the name, the package, its first two elements. */
static bool read_object(struct reader reader, uint8_t types[2]) {
  static const char OBJECT[4] = {'_', 'S', '5', '_'};
  uint8_t count;
  step(&reader, ROOT);
  for (int i = 0; i < 4; i++)
    if (!step(&reader, (uint8_t)OBJECT[i])) return false;
  if (!step(&reader, PACKAGE) || !skip_length(&reader) || !next(&reader, &count) || count < 2) return false;
  return read_type(&reader, &types[0]) && read_type(&reader, &types[1]);
}

bool sleep_type_find(const uint8_t *code, size_t length, uint8_t types[2]) {
  for (size_t i = 0; i < length; i++) {
    const struct reader reader = {code + i + 1, code + length};
    if (code[i] == NAME && read_object(reader, types)) return true;
  }
  return false;
}
