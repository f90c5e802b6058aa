/* See command-line.h. */
#include "command-line.h"

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Spaces become the ends of words; several of them, empty words, which have no name. */
bool command_line_read(struct command_line *line, const char *text) {
  line->length = 0;
  size_t length = 0;
  for (; text[length] != 0; length++) {
    if (length == COMMAND_LINE_MOST - 1) return false;
    line->text[length] = is_space(text[length]) ? 0 : text[length];
  }
  line->text[length] = 0;
  line->length = length;
  return true;
}

/* The value of `word` where its name is `name`, else NULL. */
static const char *value_of(const char *word, const char *name) {
  while (*name != 0 && *word == *name) word++, name++;
  if (*name != 0) return NULL;
  if (*word == '=') return word + 1;
  return *word == 0 ? word : NULL;
}

static size_t after_word(const struct command_line *line, size_t at) {
  while (line->text[at] != 0) at++;
  return at + 1;
}

const char *command_line_value(const struct command_line *line, const char *name, const char *after) {
  size_t at = after == NULL ? 0 : after_word(line, (size_t)(after - line->text));
  for (; at < line->length; at = after_word(line, at)) {
    const char *value = line->text[at] == 0 ? NULL : value_of(&line->text[at], name);
    if (value != NULL) return value;
  }
  return NULL;
}
