/*
 * Lines with the name of who wrote them, which no process can forge.
 *
 * A line feed begins another tagged line. Control characters are shown as pictures
 * (U+2400 and on, U+FFFD for those of C1). Colours pass to a terminal and end with
 * their line; elsewhere they are left out.
 */
#include "console-text.h"

#include <stdbool.h>
#include <string.h>

#include "platform.h"
#include "utf8.h"

#define RESET "\033[0m"

static const char *const COLOURS[] = {"36", "33", "35", "32", "34", "31", "96", "93", "95", "92", "94", "91"};

static uint8_t buffer[4096];
static size_t filled;
static void (*write_out)(const void *bytes, size_t count);

static void flush(void) {
  write_out(buffer, filled);
  filled = 0;
}

static void put(const void *bytes, size_t count) {
  const uint8_t *from = bytes;
  while (count > 0) {
    if (filled == sizeof buffer) flush();
    const size_t room = sizeof buffer - filled;
    const size_t part = count < room ? count : room;
    memcpy(buffer + filled, from, part);
    filled += part;
    from += part;
    count -= part;
  }
}

static void put_text(const char *text) { put(text, strlen(text)); }

static void put_tag(const struct console_tag *tag) {
  if (!platform_shows_tags()) return;
  const bool colours = platform_shows_colours();
  if (colours) {
    put_text("\033[");
    put_text(COLOURS[tag->position % (sizeof COLOURS / sizeof *COLOURS)]);
    put_text("m");
  }
  put_text(tag->name);
  for (size_t i = strlen(tag->name); i < tag->width; i++) put_text(" ");
  put_text(" \u2502 ");
  if (colours) put_text(RESET);
}

/* ESC [ digits, semicolons and colons, m: how many bytes, or 0. */
static uint32_t colour_at(const uint8_t *text, uint32_t length) {
  if (length < 3 || text[0] != 0x1b || text[1] != '[') return 0;
  uint32_t i = 2;
  while (i < length && ((text[i] >= '0' && text[i] <= ';'))) i++;
  return i < length && text[i] == 'm' ? i + 1 : 0;
}

static bool is_control(uint8_t byte) { return (byte < 0x20 && byte != '\t') || byte == 0x7f; }

static void put_picture(uint8_t control) {
  const uint8_t picture[] = {0xe2, 0x90, control == 0x7f ? 0xa1 : (uint8_t)(0x80 + control)};
  put(picture, sizeof picture);
}

/* Of a text that is looked at closely: what is no UTF-8 becomes U+FFFD, as decoders have it. */
static uint32_t put_character(const uint8_t *text, uint32_t length) {
  size_t bad = 1;
  const size_t good = utf8_next(text, length, &bad);
  if (good > 0) put(text, good);
  else put_text("\ufffd");
  return (uint32_t)(good > 0 ? good : bad);
}

/* One line, without line feeds. */
static void put_tamed(const uint8_t *text, uint32_t length) {
  bool coloured = false;
  for (uint32_t i = 0; i < length;) {
    const uint32_t colour = colour_at(text + i, length - i);
    if (colour > 0) {
      if (platform_shows_colours()) {
        put(text + i, colour);
        coloured = true;
      }
      i += colour;
    } else if (is_control(text[i])) put_picture(text[i++]);
    else if (text[i] == 0xc2 && i + 1 < length && text[i + 1] < 0xa0) {
      put_text("\ufffd");
      i += 2;
    } else i += put_character(text + i, length - i);
  }
  if (coloured) put_text(RESET);
}

static bool is_plain(const uint8_t *text, uint32_t length) {
  for (uint32_t i = 0; i < length; i++)
    if (is_control(text[i]) || text[i] == 0xc2) return false;
  return true;
}

void console_text_write(const struct console_tag *tag, const uint8_t *text, uint32_t length) {
  console_text_write_to(platform_write, tag, text, length);
}

void console_text_write_to(void (*out)(const void *, size_t), const struct console_tag *tag, const uint8_t *text,
                           uint32_t length) {
  write_out = out;
  const bool is_looked_at = !is_plain(text, length);
  /* A mark of byte order before a text that is looked at closely goes, as decoders have it. */
  if (is_looked_at && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    length -= 3;
  }
  for (;;) {
    const uint8_t *end = length == 0 ? NULL : memchr(text, '\n', length);
    const uint32_t line = end == NULL ? length : (uint32_t)(end - text);
    put_tag(tag);
    if (is_looked_at) put_tamed(text, line);
    else put(text, line);
    put_text("\n");
    if (end == NULL) break;
    text += line + 1;
    length -= line + 1;
  }
  flush();
}
