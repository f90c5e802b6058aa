/*
 * atoll:device/entropy: random bytes of the platform, or of a seed.
 *
 * A seeded grant draws from the ChaCha20 key stream (RFC 8439, section 2.3, with
 * nonce 0) under SHA-256 of the seed and the process's name, which is computed
 * when the image is made. In a run with a seed all grants do: the others have a key
 * without a seed, into whose first word that of the run goes. Random numbers are drawn
 * in batches.
 */
#include <string.h>

#include "../platform.h"
#include "../system-time.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

#define MOST_BYTES (1024 * 1024)
#define BLOCK 64

static uint32_t rotated(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static void quarter_round(uint32_t *s, int a, int b, int c, int d) {
  s[a] += s[b], s[d] = rotated(s[d] ^ s[a], 16);
  s[c] += s[d], s[b] = rotated(s[b] ^ s[c], 12);
  s[a] += s[b], s[d] = rotated(s[d] ^ s[a], 8);
  s[c] += s[d], s[b] = rotated(s[b] ^ s[c], 7);
}

static void key_block(const uint8_t *key, uint32_t seed, uint32_t counter, uint8_t *block) {
  uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  memcpy(start + 4, key, 32);
  start[4] ^= seed;
  start[12] = counter;
  uint32_t state[16];
  memcpy(state, start, sizeof state);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < 4; i++) quarter_round(state, i, 4 + i, 8 + i, 12 + i);
    for (int i = 0; i < 4; i++) quarter_round(state, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
  }
  for (int i = 0; i < 16; i++) state[i] += start[i];
  memcpy(block, state, BLOCK);
}

static void fill(struct device_entropy *device, uint8_t *bytes, uint32_t count) {
  uint32_t seed = 0;
  if (!device->is_seeded && !time_is_virtual(&seed)) {
    platform_random(bytes, count);
    return;
  }
  while (count > 0) {
    uint8_t block[BLOCK];
    key_block(device->key, seed, (uint32_t)(device->stream_position / BLOCK), block);
    const uint32_t from = (uint32_t)(device->stream_position % BLOCK);
    const uint32_t part = count < BLOCK - from ? count : BLOCK - from;
    memcpy(bytes, block + from, part);
    device->stream_position += part;
    bytes += part;
    count -= part;
  }
}

uint32_t device_entropy_bytes(void *device, uint32_t count) {
  trap_check_stack();
  if (count > MOST_BYTES) trap_refuse("entropy: more than 1048576 bytes asked for");
  const struct span span = transfer_allocate(count, 1);
  fill(device, transfer_bytes(span.offset, count), count);
  return transfer_list(span);
}

uint64_t device_entropy_random_u64(void *device) {
  trap_check_stack();
  struct device_entropy *entropy = device;
  if (entropy->left == 0) {
    fill(entropy, entropy->batch, sizeof entropy->batch);
    entropy->left = sizeof entropy->batch;
  }
  uint64_t value;
  memcpy(&value, entropy->batch + sizeof entropy->batch - entropy->left, sizeof value);
  entropy->left -= sizeof value;
  return value;
}
