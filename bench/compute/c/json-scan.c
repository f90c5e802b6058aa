/* Reads a JSON text once: checks its structure, and adds up its numbers and the lengths of its strings. */
#include <stdlib.h>

#include "program.h"

static const uint8_t *input;
static uint32_t input_length;
static uint32_t at;
static uint32_t sum;

void load(const uint8_t *text, uint32_t length) {
  input = text;
  input_length = length;
}

static uint8_t peek(void) { return at < input_length ? input[at] : 0; }

static void expect(uint8_t c) {
  if (peek() != c) exit(1);
  at++;
}

static void space(void) {
  while (at < input_length) {
    const uint8_t c = input[at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    at++;
  }
}

static void string(void) {
  expect('"');
  const uint32_t start = at;
  while (at < input_length) {
    const uint8_t c = input[at];
    if (c == '"') break;
    at += c == '\\' ? 2 : 1;
  }
  sum += at - start;
  at++;
}

static void number(void) {
  uint32_t whole = 0;
  while (at < input_length) {
    const uint8_t c = input[at];
    if (c >= '0' && c <= '9') whole = whole * 10 + (c - '0');
    else if (c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') break;
    at++;
  }
  sum += whole;
}

static void word(void) {
  while (peek() >= 'a' && peek() <= 'z') at++;
}

static void value(void);

static void object(void) {
  at++;
  space();
  if (peek() == '}') {
    at++;
    return;
  }
  for (;;) {
    space();
    string();
    space();
    expect(':');
    value();
    space();
    if (peek() == '}') break;
    expect(',');
  }
  at++;
}

static void array(void) {
  at++;
  space();
  if (peek() == ']') {
    at++;
    return;
  }
  for (;;) {
    value();
    space();
    if (peek() == ']') break;
    expect(',');
  }
  at++;
}

static void value(void) {
  space();
  const uint8_t c = peek();
  if (c == '{') object();
  else if (c == '[') array();
  else if (c == '"') string();
  else if (c == '-' || (c >= '0' && c <= '9')) number();
  else word();
}

uint32_t run(uint32_t round) {
  at = 0;
  sum = round;
  value();
  space();
  return at == input_length ? sum : 0;
}
