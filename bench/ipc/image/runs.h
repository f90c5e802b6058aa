/* The cases that an image carries, by Wasm and by C. */
#ifndef RUNS_H
#define RUNS_H
#include "orders.h"

extern const struct run wasm_runs[];
extern const struct run c_runs[];
#endif
