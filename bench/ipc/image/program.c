/*
 * What an image runs that is a peer: the loops of its Wasm caller, or with the argument `c-call` those in C.
 *
 * `wasm_runs` is generated (peers/image.ts).
 */
#include <stddef.h>
#include <string.h>

#include "orders.h"
#include "program.h"
#include "runs.h"

void program_main(void) {
  const char *argument = program_argument(0);
  orders_serve(argument != NULL && strcmp(argument, "c-call") == 0 ? c_runs : wasm_runs);
}
