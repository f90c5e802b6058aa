/*
 * Text for people, beside the console: what died, why the system ends.
 */
#ifndef ATOLL_MESSAGE_H_
#define ATOLL_MESSAGE_H_

#include <stdint.h>

void message_put(const char *text);

#endif
