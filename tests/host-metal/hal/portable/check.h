/* What the tests of the portable parts share. */
#ifndef ATOLL_TEST_CHECK_H
#define ATOLL_TEST_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not `assert`: says what failed, and the program's status is its sum. */
#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
      exit(1);                                                            \
    }                                                                     \
  } while (0)

/* A sequence of numbers that is the same in each run: xorshift64. */
static inline uint64_t draw(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

void test_places(void);
void test_memory_map(void);
void test_command_line(void);
void test_symbols(void);
void test_frames(void);
void test_text(void);
void test_fiber(void);
void test_virtqueue(void);
void test_virtio(void);
void test_block(void);
void test_entropy(void);
void test_device_word(void);
void test_sleep_type(void);
void test_memory_functions(void);
void test_memory_functions_general(void);
void test_network(void);
void test_console(void);

#endif
