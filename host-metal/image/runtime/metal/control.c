/*
 * See control.h.
 *
 *   here:   heed            a stop ends the system in order
 *           input           somebody reads
 *   there:  stop <signal>   the user wants the system to end
 *           end <bytes>     the console's input ends after so many bytes of it
 */
#include "control.h"

#include <string.h>

#include "../../../hal/hal.h"

#define LINE_MOST 32
#define SIGNAL_BASE 128

static char line[LINE_MOST];
static uint32_t length; /* LINE_MOST: it is too long, and is none of these */
static bool heeds;
static bool wants;
static int stop, seen;
static uint64_t input_end = UINT64_MAX;

static void say(const char *text) { hal_control_write(text, strlen(text)); }

/* The number behind a word and a space; false where the line is another one. */
static bool read_number(const char *word, uint64_t *number) {
  const size_t from = strlen(word);
  if (length <= from || memcmp(line, word, from) != 0) return false;
  *number = 0;
  for (size_t i = from; i < length; i++) {
    if (line[i] < '0' || line[i] > '9') return false;
    *number = 10 * *number + (uint64_t)(line[i] - '0');
  }
  return true;
}

static void take_line(void) {
  uint64_t number;
  if (read_number("end ", &number)) input_end = number;
  if (!read_number("stop ", &number) || number == 0 || number > 64) return;
  if (!heeds) hal_exit(SIGNAL_BASE + (int)number);
  if (stop == 0) stop = (int)number;
}

void control_look(void) {
  char next;
  while (hal_control_read(&next, 1) == 1) {
    if (next != '\n') {
      if (length < LINE_MOST) line[length++] = next;
      continue;
    }
    if (length < LINE_MOST) take_line();
    length = 0;
  }
}

void control_heed(void) {
  heeds = true;
  say("heed\n");
}

int control_see_stop(void) {
  seen = stop;
  return stop;
}

bool control_has_news(void) { return stop != seen; }

void control_want_input(void) {
  if (!wants) say("input\n");
  wants = true;
}

bool control_input_ended(uint64_t taken) { return taken >= input_end; }
