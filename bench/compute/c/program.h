/* One of the programs in C: the same work and checksums as the one of the same name in ../programs. */
#ifndef PROGRAM_H
#define PROGRAM_H
#include <stdint.h>

/* Each is handed a text once, of which most make nothing. */
void load(const uint8_t *text, uint32_t length);
/* Returns the checksum of a round. */
uint32_t run(uint32_t round);
#endif
