/*
 * A peer that is an image: it reads orders from its console, and answers as harness/session.ts wants it.
 */
#ifndef ORDERS_H
#define ORDERS_H
#include <stdint.h>

/* A case, and what carries so many rounds of it and returns the checksum. */
struct run {
  const char *name;
  uint32_t (*carry)(uint32_t rounds);
};

/* The next line without its end, at most 63 bytes; NULL behind the last. */
const char *orders_line(void);
/* Reads a line `text <bytes>`, and returns the number; the bytes are what is read next. */
uint32_t orders_text(void);
/* Reads so many bytes, whatever they are. */
void orders_bytes(uint8_t *bytes, uint32_t count);

void orders_say(const char *line);

/* Answers lines until there are no more, or one says `end`. `runs` ends with a name that is NULL. */
void orders_serve(const struct run *runs) __attribute__((noreturn));
#endif
