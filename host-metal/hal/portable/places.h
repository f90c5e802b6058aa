/*
 * Which of a row of places are taken: one bit for each, and runs of neighbours.
 *
 * Pages of memory, the address space of Wasm memories and that of stacks are all
 * given out by it. It touches nothing but its own words, so it runs anywhere.
 */
#ifndef ATOLL_HAL_PLACES_H
#define ATOLL_HAL_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct places {
  uint64_t *words; /* bit i % 64 of word i / 64: place i is taken */
  size_t count;
  size_t free;
  size_t hint; /* no place below is free */
};

#define PLACES_NONE SIZE_MAX

/* How many words `count` places need. */
#define PLACES_WORDS(count) (((count) + 63) / 64)

/* Begins with all places taken. `words`: PLACES_WORDS(count) of them. */
void places_begin(struct places *places, uint64_t *words, size_t count);

/* Makes a run free or taken, whatever it was. What lies outside is left out. */
void places_open(struct places *places, size_t first, size_t length);
void places_close(struct places *places, size_t first, size_t length);

/* Whether there is such a place, and it is taken. */
bool places_is_taken(const struct places *places, size_t place);

/* Takes the lowest run of `length` free neighbours: its first place, or PLACES_NONE. */
size_t places_take(struct places *places, size_t length);

/* Makes a taken run free. False, and nothing happens, where a part of it is free or not there. */
bool places_give(struct places *places, size_t first, size_t length);

#endif
