/* See places.h. */
#include "places.h"

#define ALL UINT64_MAX

/* The bits of `word` that the run from `first` to before `end` has. */
static uint64_t bits_of(size_t word, size_t first, size_t end) {
  size_t low = word * 64, high = low + 64;
  uint64_t bits = ALL;
  if (first > low) bits &= ALL << (first - low);
  if (end < high) bits &= ALL >> (high - end);
  return bits;
}

/* Without the processor's instruction the compiler would call a library that is not there. */
static size_t count_bits(uint64_t word) {
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return (size_t)(word * 0x0101010101010101 >> 56);
}

void places_begin(struct places *places, uint64_t *words, size_t count) {
  for (size_t i = 0; i < PLACES_WORDS(count); i++) words[i] = ALL;
  *places = (struct places){.words = words, .count = count, .free = 0, .hint = count};
}

/* Cuts the run to what there is; false where that is nothing. `end`: the place after it. */
static bool cut(const struct places *places, size_t first, size_t length, size_t *end) {
  if (first >= places->count || length == 0) return false;
  *end = length > places->count - first ? places->count : first + length;
  return true;
}

void places_open(struct places *places, size_t first, size_t length) {
  size_t end;
  if (!cut(places, first, length, &end)) return;
  for (size_t word = first / 64; word * 64 < end; word++) {
    uint64_t bits = bits_of(word, first, end);
    places->free += count_bits(places->words[word] & bits);
    places->words[word] &= ~bits;
  }
  if (first < places->hint) places->hint = first;
}

void places_close(struct places *places, size_t first, size_t length) {
  size_t end;
  if (!cut(places, first, length, &end)) return;
  for (size_t word = first / 64; word * 64 < end; word++) {
    uint64_t bits = bits_of(word, first, end);
    places->free -= count_bits(~places->words[word] & bits);
    places->words[word] |= bits;
  }
}

bool places_is_taken(const struct places *places, size_t place) {
  return place < places->count && (places->words[place / 64] >> (place % 64) & 1) != 0;
}

/* The first place from `from` on that is free (or taken), at most `count`. */
static size_t next(const struct places *places, size_t from, bool taken) {
  for (size_t word = from / 64; word * 64 < places->count; word++) {
    uint64_t wanted = taken ? places->words[word] : ~places->words[word];
    if (word == from / 64) wanted &= ALL << (from % 64);
    if (wanted == 0) continue;
    size_t found = word * 64 + (size_t)__builtin_ctzll(wanted);
    return found < places->count ? found : places->count;
  }
  return places->count;
}

size_t places_take(struct places *places, size_t length) {
  if (length == 0 || length > places->free) return PLACES_NONE;
  size_t first = places->hint = next(places, places->hint, false);
  while (first < places->count) {
    size_t end = next(places, first, true);
    if (end - first >= length) {
      places_close(places, first, length);
      return first;
    }
    first = next(places, end, false);
  }
  return PLACES_NONE;
}

bool places_give(struct places *places, size_t first, size_t length) {
  if (length == 0 || first >= places->count || length > places->count - first) return false;
  for (size_t word = first / 64; word * 64 < first + length; word++) {
    uint64_t bits = bits_of(word, first, first + length);
    if ((places->words[word] & bits) != bits) return false;
  }
  places_open(places, first, length);
  return true;
}
