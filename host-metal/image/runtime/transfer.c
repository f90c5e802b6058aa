#include "transfer.h"

#include <string.h>

#include "message.h"
#include "platform.h"
#include "system.h"

static void broken(const char *what) {
  message_put("atoll: ");
  message_put(what);
  message_put("\n");
  platform_exit(1);
}

uint8_t *transfer_bytes(uint32_t offset, uint32_t length) {
  if (system_plan.transfer == NULL) broken("A device's result needs memory, and the plan has no transfer module.");
  const wasm_rt_memory_t *memory = system_plan.transfer->memory;
  if ((uint64_t)offset + length > memory->size) broken("A device was given bytes outside the transfer memory.");
  return memory->data + offset;
}

struct span transfer_allocate(uint32_t size, uint32_t alignment) {
  if (system_plan.transfer == NULL) transfer_bytes(0, 0);
  const uint32_t offset = system_plan.transfer->realloc(0, 0, alignment, size);
  if (offset % alignment != 0) broken("The transfer module's realloc gave an offset that is not aligned.");
  transfer_bytes(offset, size);
  return (struct span){offset, size};
}

struct span transfer_store(const void *bytes, uint32_t length) {
  const struct span span = transfer_allocate(length, 1);
  if (length > 0) memcpy(transfer_bytes(span.offset, length), bytes, length);
  return span;
}

uint32_t transfer_result(uint32_t size, uint32_t alignment) {
  const struct span span = transfer_allocate(size, alignment);
  memset(transfer_bytes(span.offset, size), 0, size);
  return span.offset;
}

void transfer_put_u8(uint32_t offset, uint8_t value) { *transfer_bytes(offset, 1) = value; }

void transfer_put_u32(uint32_t offset, uint32_t value) {
  memcpy(transfer_bytes(offset, sizeof value), &value, sizeof value);
}

void transfer_put_u64(uint32_t offset, uint64_t value) {
  memcpy(transfer_bytes(offset, sizeof value), &value, sizeof value);
}

void transfer_put_span(uint32_t offset, struct span span) {
  transfer_put_u32(offset, span.offset);
  transfer_put_u32(offset + 4, span.length);
}

uint32_t transfer_get_u32(uint32_t offset) {
  uint32_t value;
  memcpy(&value, transfer_bytes(offset, sizeof value), sizeof value);
  return value;
}

uint32_t transfer_list(struct span span) {
  const uint32_t result = transfer_result(8, 4);
  transfer_put_span(result, span);
  return result;
}

uint32_t transfer_option(const struct span *span) {
  const uint32_t result = transfer_result(12, 4);
  if (span == NULL) return result;
  transfer_put_u8(result, 1);
  transfer_put_span(result + 4, *span);
  return result;
}
