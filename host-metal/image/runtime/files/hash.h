/*
 * SipHash-2-4 of two words (Aumasson and Bernstein, 2012): tells nobody the words who has not the key.
 */
#ifndef ATOLL_FILES_HASH_H_
#define ATOLL_FILES_HASH_H_

#include <stdint.h>

uint64_t hash_of(const uint64_t key[2], uint64_t one, uint64_t two);

#endif
