/*
 * Places of processes that are made at run time: instances, and what the runtime knows of whoever lives there.
 *
 * What is spawned as one process of the plan has one kind of place. The generated
 * file extends the structure by the instances, and fills in what says so; see
 * host-metal/image/emit/places.ts. Places are never given up: see nursery.h.
 */
#ifndef ATOLL_KERNEL_PLACE_H_
#define ATOLL_KERNEL_PLACE_H_

#include <stdbool.h>
#include <stdint.h>

#include "../system.h"
#include "worker.h"

struct place {
  /* After those of the plan; it stays the same, whoever lives here. */
  uint32_t position;
  /* The process of the plan that all who live here are like. */
  uint32_t kind;
  struct process process;
  struct process_state state;
  struct kernel_process kernel;
  struct worker worker;
  /* Somebody lives here, or did and was not forgotten yet. */
  bool is_taken;
  /* A life of the worker is over, and the place may be free. */
  bool has_ended;
  struct place *next;
  /* Generated: its wires to other processes. */
  uint32_t binding_count;
  struct binding *bindings;
  /* Generated: addresses of its handle tables, and where its module reads them. */
  uint32_t *own_tables;
  uint32_t *const *table_words;
  /* Generated: where its module reads which account it has; NULL where it is not metered. */
  uint32_t *account_word;
};

/* A new place; NULL where there is no room, or as many as there can be. */
struct place *place_make(uint32_t kind);
uint32_t places_count(void);
struct place *place_number(uint32_t i);
/* By position, which is after those of the plan. */
struct place *place_at(uint32_t position);

#endif
