/* Chooses a case by the command line, and says things. */
#include "program.h"

#include <stdarg.h>

#include "portable/text.h"

static const struct test_case CASES[] = {
    {"hello", test_hello},
    {"options", test_options},
    {"echo", test_echo},
    {"flood", test_flood},
    {"time", test_time},
    {"entropy", test_entropy},
    {"pages", test_pages},
    {"faults", test_faults},
    {"nested-catches", test_nested_catches},
    {"blame", test_blame},
    {"memories", test_memories},
    {"out-of-memory", test_out_of_memory},
    {"out-of-places", test_out_of_places},
    {"pieces", test_pieces},
    {"handler", test_handler},
    {"unwanted", test_unwanted},
    {"fibers", test_fibers},
    {"fiber-faults", test_fiber_faults},
    {"many-fibers", test_many_fibers},
    {"panics", test_panics},
    {"block-read", test_block_read},
    {"block-write", test_block_write},
    {"block-mistakes", test_block_mistakes},
    {"network", test_network},
    {NULL, NULL},
};

bool same_text(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

static void (*write_line)(const void *, size_t) = hal_console_write;

void say_by_serial(void) {
  write_line = hal_message_write;
}

void say(const char *format, ...) {
  struct text line = {0};
  va_list numbers;
  va_start(numbers, format);
  for (; *format != 0; format++) {
    char one[2] = {*format, 0};
    if (*format == '%')
      text_decimal(&line, va_arg(numbers, uint64_t));
    else
      text_string(&line, one);
  }
  va_end(numbers);
  text_string(&line, "\n");
  write_line(line.bytes, line.length);
}

uint64_t option_number(const char *name) {
  const char *value = hal_option(name);
  uint64_t number = 0;
  for (; value != NULL && *value >= '0' && *value <= '9'; value++) number = number * 10 + (uint64_t)(*value - '0');
  return number;
}

static const struct test_case *find(const struct test_case *cases, const char *wanted) {
  for (; cases->name != NULL; cases++)
    if (same_text(cases->name, wanted)) return cases;
  return NULL;
}

int hal_program(void) {
  const char *wanted = hal_option("test");
  const struct test_case *found = wanted == NULL ? NULL : find(CASES, wanted);
  if (found == NULL && wanted != NULL) found = find(RING_CASES, wanted);
  if (found != NULL) return found->run();
  say("no such test");
  return 99;
}

int test_hello(void) {
  say("hello");
  return (int)option_number("status");
}

static void say_option(const char *name) {
  const char *value = hal_option(name);
  struct text line = {0};
  text_string(&line, name);
  text_string(&line, value == NULL ? " is not there" : ": \"");
  if (value != NULL) text_string(&line, value);
  text_string(&line, value == NULL ? "\n" : "\"\n");
  hal_console_write(line.bytes, line.length);
}

int test_options(void) {
  say_option("name");
  say_option("flag");
  say_option("path");
  say_option("nam");
  return 0;
}
