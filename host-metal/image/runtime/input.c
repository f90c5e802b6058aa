/*
 * Lines are bytes until the last moment. One that is too long comes in pieces, cut
 * between characters; what is no UTF-8 becomes U+FFFD, as decoders have it.
 */
#include "input.h"

#include <string.h>

#include "memory.h"
#include "platform.h"
#include "utf8.h"

/* As on Linux: `LINE_BYTES` of host-linux/channel/control.ts. */
#define LINE_BYTES (1024 * 1024)

/* At a time, as on Linux. */
#define READ_BYTES (64 * 1024)
#define BUFFER_BYTES (LINE_BYTES + PLATFORM_PAGE)

/* Taken at the first read: a system that reads nothing has no memory to spare for it. */
static uint8_t *buffer;
static uint32_t first;
static uint32_t last;
static bool ended;

static void take_buffer(void) {
  static uint8_t *space;
  if (space == NULL) space = platform_reserve(BUFFER_BYTES);
  if (space == NULL || !platform_commit(space, BUFFER_BYTES)) memory_out("input");
  buffer = space;
}

void input_read(void) {
  if (buffer == NULL) take_buffer();
  if (first > 0) {
    memmove(buffer, buffer + first, last - first);
    last -= first;
    first = 0;
  }
  const size_t room = BUFFER_BYTES - last;
  const size_t count = platform_read(buffer + last, room < READ_BYTES ? room : READ_BYTES);
  if (count == 0) ended = true;
  last += (uint32_t)count;
}

static uint32_t lossy(const uint8_t *bytes, uint32_t length, uint8_t *into) {
  uint32_t size = 0;
  while (length > 0) {
    size_t bad = 1;
    const size_t good = utf8_next(bytes, length, &bad);
    const size_t taken = good > 0 ? good : bad;
    const void *from = good > 0 ? (const void *)bytes : "\ufffd";
    const size_t put = good > 0 ? good : 3;
    if (into != NULL) memcpy(into + size, from, put);
    size += (uint32_t)put;
    bytes += taken;
    length -= (uint32_t)taken;
  }
  return size;
}

static struct span take(uint32_t end, uint32_t next) {
  const uint8_t *line = buffer + first;
  uint32_t length = end;
  if (next > end && length > 0 && line[length - 1] == '\r') length--;
  const struct span span = transfer_allocate(lossy(line, length, NULL), 1);
  lossy(line, length, transfer_bytes(span.offset, span.length));
  first += next;
  return span;
}

/* Cut before a character, not through it. */
static uint32_t piece(void) {
  uint32_t end = LINE_BYTES;
  while (end > LINE_BYTES - 4 && (buffer[first + end] & 0xc0) == 0x80) end--;
  return end;
}

/* Where the next line ends, if all of it is there. */
static bool find_end(uint32_t *end) {
  const uint32_t there = last - first;
  const uint8_t *feed = there == 0 ? NULL : memchr(buffer + first, '\n', there);
  *end = feed == NULL ? UINT32_MAX : (uint32_t)(feed - (buffer + first));
  return *end <= LINE_BYTES;
}

bool input_has_bytes(void) { return last > first || ended; }

bool input_bytes(uint32_t most, struct span *bytes, bool *is_end) {
  const uint32_t there = last - first;
  const uint32_t count = there < most ? there : most;
  *is_end = most > 0 && there == 0 && ended;
  /* Whoever reads on is told again: a terminal may go on after its end. */
  if (*is_end) ended = false;
  *bytes = transfer_store(count == 0 ? (const void *)"" : buffer + first, count);
  first += count;
  return count > 0 || most == 0;
}

bool input_is_there(void) {
  uint32_t end;
  return find_end(&end) || last - first > LINE_BYTES || ended;
}

bool input_line(struct span *line) {
  while (!input_is_there()) input_read();
  const uint32_t there = last - first;
  uint32_t end;
  if (find_end(&end)) *line = take(end, end + 1);
  else if (there > LINE_BYTES) {
    const uint32_t cut = piece();
    *line = take(cut, cut);
  } else if (there > 0) *line = take(there, there);
  else return false;
  return true;
}
