/* Who waits for lines of input; see input-lines.c. */
#ifndef ATOLL_KERNEL_INPUT_WAITS_H_
#define ATOLL_KERNEL_INPUT_WAITS_H_

#include <stdbool.h>

bool input_line_is_asked(void);
/* Tells them what is there. */
void input_serve_lines(void);
/* There is no more. */
void input_end_lines(void);

#endif
