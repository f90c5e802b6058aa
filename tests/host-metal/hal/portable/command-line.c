/* command-line.h. */
#include "../../../../host-metal/hal/portable/command-line.h"

#include "check.h"

static const char *value(const struct command_line *line, const char *name) {
  return command_line_value(line, name, NULL);
}

void test_command_line(void) {
  struct command_line *line = malloc(sizeof *line);
  CHECK(command_line_read(line, " a=1 \t bb  a=2 =x bb=\n c==3 a"));
  CHECK(strcmp(value(line, "a"), "1") == 0);
  CHECK(strcmp(command_line_value(line, "a", value(line, "a")), "2") == 0);
  const char *last = command_line_value(line, "a", command_line_value(line, "a", value(line, "a")));
  CHECK(strcmp(last, "") == 0);
  CHECK(command_line_value(line, "a", last) == NULL);
  CHECK(strcmp(value(line, "bb"), "") == 0);
  CHECK(strcmp(value(line, "c"), "=3") == 0);
  CHECK(value(line, "b") == NULL && value(line, "bbb") == NULL && value(line, "aa") == NULL);

  CHECK(command_line_read(line, "") && value(line, "a") == NULL);
  CHECK(command_line_read(line, "   ") && value(line, "a") == NULL);

  char text[COMMAND_LINE_MOST + 1];
  memset(text, 'x', sizeof text);
  text[COMMAND_LINE_MOST] = 0;
  CHECK(!command_line_read(line, text));
  CHECK(value(line, "x") == NULL);
  text[COMMAND_LINE_MOST - 1] = 0;
  CHECK(command_line_read(line, text));
  text[COMMAND_LINE_MOST - 3] = ' ';
  CHECK(command_line_read(line, text) && strcmp(value(line, "x"), "") == 0);
  free(line);
}
