#include "results.h"

#include "hash.h"

/* The discriminant, and the error's position. */
static uint32_t begun(enum files_error error, uint32_t size, uint32_t payload) {
  const uint32_t result = transfer_result(size, payload);
  if (error == FILES_OK) return result;
  transfer_put_u8(result, 1);
  transfer_put_u8(result + payload, (uint8_t)(error - 1));
  return result;
}

uint32_t result_nothing(enum files_error error) { return begun(error, 2, 1); }

uint32_t result_small(enum files_error error, uint8_t value) {
  const uint32_t result = begun(error, 2, 1);
  if (error == FILES_OK) transfer_put_u8(result + 1, value);
  return result;
}

uint32_t result_handle(enum files_error error, uint32_t handle) {
  const uint32_t result = begun(error, 8, 4);
  if (error == FILES_OK) transfer_put_u32(result + 4, handle);
  return result;
}

uint32_t result_u64(enum files_error error, uint64_t value) {
  const uint32_t result = begun(error, 16, 8);
  if (error == FILES_OK) transfer_put_u64(result + 8, value);
  return result;
}

uint32_t result_span(enum files_error error, struct span span) {
  const uint32_t result = begun(error, 12, 4);
  if (error == FILES_OK) transfer_put_span(result + 4, span);
  return result;
}

uint32_t result_bytes(enum files_error error, struct span bytes, bool is_end) {
  const uint32_t result = begun(error, 16, 4);
  if (error != FILES_OK) return result;
  transfer_put_span(result + 4, bytes);
  transfer_put_u8(result + 12, is_end ? 1 : 0);
  return result;
}

uint32_t result_hash(enum files_error error, const struct files_stat *stat) {
  const uint32_t result = begun(error, 24, 8);
  if (error != FILES_OK) return result;
  uint64_t key[2];
  store_key(key);
  transfer_put_u64(result + 8, hash_of(key, stat->store, stat->number));
  key[1] = ~key[1];
  transfer_put_u64(result + 16, hash_of(key, stat->store, stat->number));
  return result;
}

uint32_t result_stat(enum files_error error, const struct files_stat *stat) {
  const uint32_t result = begun(error, 56, 8);
  if (error != FILES_OK) return result;
  transfer_put_u8(result + 8, (uint8_t)stat->type);
  const uint64_t words[] = {stat->links, stat->size, stat->accessed, stat->modified, stat->changed};
  for (uint32_t i = 0; i < 5; i++) transfer_put_u64(result + 16 + 8 * i, words[i]);
  return result;
}
