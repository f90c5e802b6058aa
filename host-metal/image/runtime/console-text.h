/*
 * What a process's line looks like on the console; see host-linux/console-text.ts.
 */
#ifndef ATOLL_CONSOLE_TEXT_H_
#define ATOLL_CONSOLE_TEXT_H_

#include <stddef.h>
#include <stdint.h>

struct console_tag {
  const char *name;
  /* Of all names that are written, for alignment. */
  uint32_t width;
  /* Among those that may write: its colour. */
  uint32_t position;
};

/* Writes text that a process calls a line, each line of it tagged. */
void console_text_write(const struct console_tag *tag, const uint8_t *text, uint32_t length);
/* As above, by another way. */
void console_text_write_to(void (*out)(const void *bytes, size_t count), const struct console_tag *tag,
                           const uint8_t *text, uint32_t length);

#endif
