/* What the test programs share: to say something, and the list of cases. */
#ifndef ATOLL_TEST_PROGRAM_H
#define ATOLL_TEST_PROGRAM_H

#include "hal.h"

/* A line of text and numbers: `%` stands for the next number. */
void say(const char *format, ...);

bool same_text(const char *a, const char *b);

/* From now on, by the serial port. */
void say_by_serial(void);

/* The number that an option has; 0 when it is not there. */
uint64_t option_number(const char *name);

/* `test=name` on the command line chooses one. Their result is the exit status. */
struct test_case {
  const char *name;
  int (*run)(void);
};
/* Those of one ring, in a folder of its name; the last has no name. */
extern const struct test_case RING_CASES[];

int test_hello(void);
int test_options(void);
int test_echo(void);
int test_flood(void);
int test_time(void);
int test_entropy(void);
int test_pages(void);
int test_faults(void);
int test_nested_catches(void);
int test_blame(void);
int test_memories(void);
int test_out_of_memory(void);
int test_out_of_places(void);
int test_pieces(void);
int test_handler(void);
int test_unwanted(void);
int test_fibers(void);
int test_fiber_faults(void);
int test_many_fibers(void);
int test_panics(void);
int test_block_read(void);
int test_block_write(void);
int test_block_mistakes(void);
int test_network(void);

#endif
