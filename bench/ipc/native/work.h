/* The work of each case in C: the same payloads and checksums as cases.ts.
 *
 * Payloads are bytes as a program would put them on a wire: numbers little
 * endian, the strings of `strings-100` each after a u32 of its length, the
 * fields of `record` one after the other without gaps. */
#ifndef WORK_H
#define WORK_H
#include <stddef.h>
#include <stdint.h>

#define LARGEST 65536

struct work {
  const char *name;
  size_t request, reply; /* bytes */
  /* Makes the payload for round 0. */
  void (*begin)(unsigned char *payload, size_t size);
  /* Stamps the payload with its round; `sum` is the checksum so far. */
  void (*stamp)(unsigned char *payload, uint32_t i, uint32_t sum);
  /* The callee: returns where the reply lies, in `request` or in `scratch`. */
  const unsigned char *(*serve)(unsigned char *request, size_t size, unsigned char *scratch);
  /* The checksum after this reply. */
  uint32_t (*take)(const unsigned char *reply, size_t size, uint32_t i, uint32_t sum);
};

/* NULL when no case has that name. */
const struct work *work_named(const char *name);
#endif
