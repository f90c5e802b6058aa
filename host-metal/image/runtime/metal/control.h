/*
 * What whoever started the machine asks for, by the control line (docs/metal.md): lines of
 * a word and a number. Where there is no such line nobody asks for anything.
 */
#ifndef ATOLL_METAL_CONTROL_H_
#define ATOLL_METAL_CONTROL_H_

#include <stdbool.h>
#include <stdint.h>

/* Takes what has come. Ends the machine where a stop is asked for that nobody heeds. */
void control_look(void);

/* From now on a stop is asked for, and does not end the machine. */
void control_heed(void);

/* The number of the signal by which the end was asked for; 0: it was not. Whoever calls it has seen it. */
int control_see_stop(void);

/* Whether the end was asked for and nobody has seen it. */
bool control_has_news(void);

/* Somebody waits for console input: nobody has to send it before. */
void control_want_input(void);

/* Whether the console has no more than the `taken` bytes that came of it. */
bool control_input_ended(uint64_t taken);

#endif
