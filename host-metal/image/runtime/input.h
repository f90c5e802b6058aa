/*
 * Console input as lines; see host-linux/channel/stdin-lines.ts.
 */
#ifndef ATOLL_INPUT_H_
#define ATOLL_INPUT_H_

#include <stdbool.h>

#include "transfer.h"

/* Waits for a line and stores it, as UTF-8 without its end. False at the end of input. */
bool input_line(struct span *line);

/* Whether one is there, or the end of input; and waits for more of it. */
bool input_is_there(void);
void input_read(void);

/* Waits for a line in the name of a process under the kernel, and lets others run meanwhile. */
struct worker;
bool input_line_for(struct worker *worker, struct span *line);
/* Somebody waits for a line. */
bool input_is_asked(void);
/* `there`: there is input, or its end; whoever waits is told. */
void input_serve(bool there);
/* There is no more: the system is to end, and who waits for a line should learn of it. */
void input_end(void);

#endif
