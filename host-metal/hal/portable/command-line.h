/*
 * The machine's command line: words, some of them `name=value`.
 *
 * Whoever starts the machine writes it: QEMU's -append, Firecracker's boot_args. A
 * copy is made, because the firmware's memory is used for other things later.
 */
#ifndef ATOLL_HAL_COMMAND_LINE_H
#define ATOLL_HAL_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_LINE_MOST 2048

struct command_line {
  size_t length;
  char text[COMMAND_LINE_MOST]; /* words, each ended by 0 */
};

/* Takes `text`, which ends in 0. False when it is too long: then nothing of it counts. */
bool command_line_read(struct command_line *line, const char *text);

/*
 * The value of the word `name=value` after `after`, or of the first one where that is
 * NULL: a value that this function gave. A word without `=` has the value "". NULL: no more.
 */
const char *command_line_value(const struct command_line *line, const char *name, const char *after);

#endif
