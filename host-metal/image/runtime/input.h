/*
 * Console input as lines; see host-linux/channel/stdin-lines.ts.
 */
#ifndef ATOLL_INPUT_H_
#define ATOLL_INPUT_H_

#include <stdbool.h>

#include "transfer.h"

/* Waits for a line and stores it, as UTF-8 without its end. False at the end of input. */
bool input_line(struct span *line);

#endif
