/*
 * Results of `atoll:device/files` in the transfer memory.
 *
 * Laid out as CanonicalABI.md says: the discriminant, 0 ok or 1 error, and the payload, or the
 * position of the error, behind it (offsets in bytes); as host-linux/devices/files/result.ts has it:
 *
 *      payload                         at  all   descriptor-stat      directory-entry
 *      none; enum; flags                1    2     0 type               0 type
 *      handle                           4    8     8 link-count         4 name
 *      list or string: offset, length   4   12    16 size              12
 *      a list and a bool                4   16    24, 32, 40 times
 *      u64                              8   16    48
 *      hash: two u64                    8   24
 *      descriptor-stat                  8   56
 */
#ifndef ATOLL_FILES_RESULTS_H_
#define ATOLL_FILES_RESULTS_H_

#include "../transfer.h"
#include "store.h"

/* Each returns the offset of a result: the error, where there is one. */
uint32_t result_nothing(enum files_error error);
uint32_t result_small(enum files_error error, uint8_t value);
uint32_t result_handle(enum files_error error, uint32_t handle);
uint32_t result_u64(enum files_error error, uint64_t value);
uint32_t result_span(enum files_error error, struct span span);
uint32_t result_bytes(enum files_error error, struct span bytes, bool is_end);
uint32_t result_hash(enum files_error error, const struct files_stat *stat);
uint32_t result_stat(enum files_error error, const struct files_stat *stat);

#endif
