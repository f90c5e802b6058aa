#include "hash.h"

static uint64_t turned(uint64_t word, unsigned by) { return word << by | word >> (64 - by); }

static void mix(uint64_t v[4], unsigned rounds) {
  for (; rounds > 0; rounds--) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = turned(v[1], 13) ^ v[0];
    v[3] = turned(v[3], 16) ^ v[2];
    v[0] = turned(v[0], 32) + v[3];
    v[2] += v[1];
    v[1] = turned(v[1], 17) ^ v[2];
    v[3] = turned(v[3], 21) ^ v[0];
    v[2] = turned(v[2], 32);
  }
}

uint64_t hash_of(const uint64_t key[2], uint64_t one, uint64_t two) {
  uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
                   key[1] ^ 0x7465646279746573};
  /* The last word has the length, 16 bytes, on top. */
  const uint64_t words[] = {one, two, (uint64_t)16 << 56};
  for (unsigned i = 0; i < 3; i++) {
    v[3] ^= words[i];
    mix(v, 2);
    v[0] ^= words[i];
  }
  v[2] ^= 0xff;
  mix(v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
