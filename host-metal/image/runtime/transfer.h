/*
 * The transfer memory, as devices see it: what CanonicalABI.md calls `store`, and checked reads.
 *
 * The counterpart of host-linux/devices/transfer.ts. Addresses are valid until the
 * next allocation moves the memory's end; the memory itself never moves.
 */
#ifndef ATOLL_TRANSFER_H_
#define ATOLL_TRANSFER_H_

#include <stdint.h>

/* Offset and length in bytes, or in elements, of what lies there. */
struct span {
  uint32_t offset;
  uint32_t length;
};

/* Bytes that an adapter has passed; a host takes nothing on trust, and ends the system where they lie outside. */
uint8_t *transfer_bytes(uint32_t offset, uint32_t length);
/* New bytes, not cleared. */
struct span transfer_allocate(uint32_t size, uint32_t alignment);
/* Stores bytes: a list<u8>, or a string. */
struct span transfer_store(const void *bytes, uint32_t length);
/* A result area, cleared; returns its offset. */
uint32_t transfer_result(uint32_t size, uint32_t alignment);

void transfer_put_u8(uint32_t offset, uint8_t value);
void transfer_put_u32(uint32_t offset, uint32_t value);
void transfer_put_u64(uint32_t offset, uint64_t value);
void transfer_put_span(uint32_t offset, struct span span);
uint32_t transfer_get_u32(uint32_t offset);

/* The result area of a list. */
uint32_t transfer_list(struct span span);
/* The result area of an option<string>; NULL for none. */
uint32_t transfer_option(const struct span *span);

#endif
