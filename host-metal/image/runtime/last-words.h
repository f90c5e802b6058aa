/*
 * What a guest said before it gave up, where its bindings keep that: `throw` and failed
 * checks of lean guests end in a function that leaves its message at an address which
 * the guest exports (host-linux/trap/abort-message.ts).
 */
#ifndef ATOLL_LAST_WORDS_H_
#define ATOLL_LAST_WORDS_H_

#include <stdbool.h>
#include <stdint.h>

/* Puts the message of a process, without control characters. False, and nothing is put: there is none. */
bool last_words_put(uint32_t process, void (*put)(const char *text));

#endif
