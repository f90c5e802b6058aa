/*
 * What an image of a program runs: it hands over a text as a host does, then runs rounds.
 *
 * The first line is `text <bytes>`, and the bytes follow. A line `run <round>` is answered with the
 * nanoseconds and the checksum of that round.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "orders.h"
#include "platform.h"
#include "program.h"
#include "wasm-rt.h"

/* Exports of the program. */
uint32_t guest_run(uint32_t round);
uint32_t guest_load(uint32_t at, uint32_t length);
uint32_t guest_realloc(uint32_t old, uint32_t old_size, uint32_t alignment, uint32_t size);
wasm_rt_memory_t *guest_memory(void);

static const struct run runs[] = {{"run", guest_run}, {NULL, NULL}};

void program_main(void) {
  const uint32_t length = orders_text();
  const uint32_t at = guest_realloc(0, 0, 1, length);
  if ((uint64_t)at + length > guest_memory()->size) platform_exit(1);
  orders_bytes(guest_memory()->data + at, length);
  guest_load(at, length);
  orders_serve(runs);
}
