/*
 * What a platform supplies: Linux below `linux/`, bare metal by the hardware layer.
 *
 * Everything else of this folder is the same on both. A platform calls
 * `platform_main` once it is ready, with a stack that need not be large.
 */
#ifndef ATOLL_PLATFORM_H_
#define ATOLL_PLATFORM_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames.h"

#define PLATFORM_PAGE 4096

/* The platform's callers: `arguments` are what the user said, for the entry process. */
void platform_main(int count, char *const *arguments);

/* Address space, a multiple of pages, that cannot be read or written; NULL where there is none. */
void *platform_reserve(size_t bytes);
/* Makes whole pages of it readable and writable, cleared. False where there is no memory. */
bool platform_commit(void *pages, size_t bytes);
/* Gives back all of what was reserved at once. */
void platform_release(void *space, size_t bytes);

/* The console: bytes out, a line in. */
void platform_write(const void *bytes, size_t count);
/* Bytes beside it. */
void platform_error(const void *bytes, size_t count);
/* Whether input (0), output (1) or what is beside it (2) is a terminal. */
bool platform_is_terminal(uint32_t number);
/* Whether the console is a terminal that shows colours. */
bool platform_shows_colours(void);
/* Whether lines begin with the name of the process that wrote them. */
bool platform_shows_tags(void);
/* Waits for input: returns how many bytes there were, 0 at its end. */
size_t platform_read(void *bytes, size_t most);
/* For people, beside the console. */
void platform_message(const char *text, size_t count);

/* Nanoseconds since some moment, and since 1970. */
uint64_t platform_now(void);
uint64_t platform_wall_time(void);

void platform_random(void *bytes, size_t count);

/* The seed that the user gave this run, 0 to 2^31 - 1; false where there is none. */
bool platform_seed(uint32_t *seed);

/* Where the user wants the kernel's event log; false where that is nowhere. Ends the program where it cannot be. */
bool platform_record_start(void);
/* Appends to it. All of it is there once the program has ended by `platform_exit`. */
void platform_record(const void *bytes, size_t count);

/* From now on somebody who wants the program to end does not end it, but asks for it. */
void platform_heed_stop(void);
/* The number of the signal by which the program was asked to end; 0: it was not. */
int platform_stop_asked(void);
/*
 * Does nothing until a time of `platform_now`, UINT64_MAX for never, or until there is `input`, where that is
 * asked for, or somebody asks for the end. May return earlier. Returns whether there is input, or its end.
 */
bool platform_idle(uint64_t until, bool input);

void platform_exit(int code) __attribute__((noreturn));

/*
 * A processor's exception, told by the platform: which of the two it was, the address that could not be
 * reached, the instruction, and its stack frame (the frame pointer). Returns the frame to leave, by resuming at
 * `frame_leave(frame, *code)` with interrupts as they were; NULL when it was no guest's, and the platform has to stop.
 */
enum platform_exception { PLATFORM_ACCESS, PLATFORM_DIVIDE };
struct platform_fault {
  enum platform_exception what;
  uintptr_t address;
  uintptr_t instruction;
  uintptr_t frame;
};
struct frame_registers *platform_caught(const struct platform_fault *fault, int *code);

/* Reads of the table of lines, from `at` on. False: there is none, or it is shorter. */
bool platform_lines(uint64_t at, void *bytes, size_t length);

#endif
