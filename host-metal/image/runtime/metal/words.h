/* Words of the machine's command line. */
#ifndef ATOLL_METAL_WORDS_H_
#define ATOLL_METAL_WORDS_H_

#include <stdint.h>

/* The number that a word of that name says, decimal; `otherwise` where there is none. */
uint64_t word_number(const char *name, uint64_t otherwise);

#endif
