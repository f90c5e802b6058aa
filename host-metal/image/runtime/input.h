/*
 * Console input as lines and bytes; see host-linux/channel/system-input.ts.
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

/* At most so many bytes that are there, or false: none are. At the end of input `ended` is true, once. */
bool input_bytes(uint32_t most, struct span *bytes, bool *ended);
/* Bytes are there, or the end of input. */
bool input_has_bytes(void);

/*
 * Bytes in the name of a process under the kernel: none where none are there, and it is woken when there are. False
 * at the end of input.
 */
struct worker;
bool input_bytes_for(struct worker *worker, uint32_t most, struct span *bytes);

/* Waits for a line in the name of a process under the kernel, and lets others run meanwhile. */
bool input_line_for(struct worker *worker, struct span *line);
/* Somebody waits for input. */
bool input_is_asked(void);
/* `there`: there is input, or its end; whoever waits is told. */
void input_serve(bool there);
/* There is no more: the system is to end, and who waits for a line should learn of it. */
void input_end(void);

#endif
