/* See orders.h. */
#include "orders.h"

#include <stddef.h>
#include <string.h>

#include "platform.h"

#define LINE_MOST 64

static uint8_t input[4096];
static size_t input_start, input_end;

/* -1 at the end. */
static int next_byte(void) {
  if (input_start == input_end) {
    input_start = 0;
    input_end = platform_read(input, sizeof input);
  }
  return input_start == input_end ? -1 : input[input_start++];
}

const char *orders_line(void) {
  static char line[LINE_MOST];
  size_t length = 0;
  int byte;
  while ((byte = next_byte()) != '\n') {
    if (byte < 0) return NULL;
    if (length < LINE_MOST - 1) line[length++] = (char)byte;
  }
  line[length] = '\0';
  return line;
}

void orders_bytes(uint8_t *bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const int byte = next_byte();
    if (byte < 0) platform_exit(1);
    bytes[i] = (uint8_t)byte;
  }
}

void orders_say(const char *line) {
  platform_write(line, strlen(line));
  platform_write("\n", 1);
}

static char *decimal(char *end, uint64_t value) {
  do *--end = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  return end;
}

static void answer(uint64_t nanoseconds, uint32_t checksum) {
  char line[LINE_MOST];
  char *text = line + sizeof line;
  *--text = '\0';
  text = decimal(text, checksum);
  *--text = ' ';
  orders_say(decimal(text, nanoseconds));
}

struct order {
  const char *word;
  size_t length;
  uint32_t number;
};

/* A word, a space, a number; false for anything else. */
static bool parsed(const char *line, struct order *order) {
  const char *space = memchr(line, ' ', strlen(line));
  if (space == NULL) return false;
  *order = (struct order){line, (size_t)(space - line), 0};
  for (const char *it = space + 1; *it != '\0'; it++) {
    if (*it < '0' || *it > '9') return false;
    order->number = order->number * 10 + (uint32_t)(*it - '0');
  }
  return true;
}

static bool is(const struct order *order, const char *word) {
  return strlen(word) == order->length && memcmp(word, order->word, order->length) == 0;
}

static void refuse(const char *line) {
  orders_say(line);
  platform_exit(1);
}

uint32_t orders_text(void) {
  struct order order;
  const char *line = orders_line();
  if (line == NULL || !parsed(line, &order) || !is(&order, "text")) refuse("error expected `text <bytes>`");
  return order.number;
}

static bool serve(const struct run *runs, const char *line) {
  struct order order;
  if (!parsed(line, &order)) return false;
  for (; runs->name != NULL; runs++) {
    if (!is(&order, runs->name)) continue;
    const uint64_t start = platform_now();
    const uint32_t checksum = runs->carry(order.number);
    answer(platform_now() - start, checksum);
    return true;
  }
  return false;
}

void orders_serve(const struct run *runs) {
  orders_say("ready");
  for (const char *line = orders_line(); line != NULL && strcmp(line, "end") != 0; line = orders_line()) {
    if (serve(runs, line)) continue;
    refuse("error expected `<case> <rounds>`, of a case that is here");
  }
  platform_exit(0);
}
