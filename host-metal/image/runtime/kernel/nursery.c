#include "nursery.h"

#include <stddef.h>

#include "../memory.h"
#include "../system.h"
#include "place.h"
#include "spawners.h"

#define SLOT ((1 << PID_SLOT_BITS) - 1)
/* Of LOOK_PROCESS. */
#define LOOK_PID 0

/* By kind. */
static struct place **free_places;
/* Those whose life is over: they may be started again, or never. */
static struct place *ended_places;

static bool is_known(const struct worker *worker) {
  return kernel_look(LOOK_PROCESS, worker->pid & SLOT, LOOK_PID) == worker->pid;
}

/* Taken back, or lived in again; else it is to be asked again. */
static bool is_settled(struct place *place) {
  const struct worker *worker = &place->worker;
  /* What runs of it has not noticed yet. */
  if (worker->dying || worker->stack != NULL) return false;
  const bool known = is_known(worker);
  if (known && !worker->alive) return false;
  place->has_ended = false;
  if (known) return true;
  workers_remove(worker);
  place->is_taken = false;
  place->next = free_places[place->kind];
  free_places[place->kind] = place;
  return true;
}

static void sweep(void) {
  struct place *left = ended_places;
  ended_places = NULL;
  while (left != NULL) {
    struct place *place = left;
    left = place->next;
    if (is_settled(place)) continue;
    place->next = ended_places;
    ended_places = place;
  }
}

static struct place *place_of(uint32_t kind) {
  if (free_places == NULL) free_places = memory_room(system_plan.process_count * sizeof(struct place *));
  struct place *place = free_places == NULL ? NULL : free_places[kind];
  if (place == NULL) return free_places == NULL ? NULL : place_make(kind);
  free_places[kind] = place->next;
  return place;
}

/* Another process lives there from now on. What others remember of those before it is told apart by pid and `waits`. */
static struct worker *move_in(struct place *place, const struct kernel_node *node, int32_t pid) {
  const bool begun = place->worker.begun;
  const uint32_t waits = place->worker.waits + 1;
  struct begun_lines *begun_lines = place->worker.begun_lines;
  place->worker = (struct worker){.node = node,
                                  .process = &place->kernel,
                                  .pid = pid,
                                  .position = place->position,
                                  .begun = begun,
                                  .waits = waits,
                                  .begun_lines = begun_lines};
  place->is_taken = true;
  if (place->kernel.pid != NULL) *place->kernel.pid = (uint32_t)pid;
  workers_add(&place->worker);
  return &place->worker;
}

struct worker *nursery_worker(const struct command *start) {
  const struct kernel_plan *plan = system_plan.kernel;
  const int64_t number = (int64_t)start->a - 1;
  if (start->kind != COMMAND_START || number < 0 || number >= plan->node_count) return NULL;
  const struct kernel_node *node = &plan->nodes[number];
  if (!node->is_template || node->process < 0) return NULL;
  sweep();
  struct place *place = place_of((uint32_t)node->process);
  if (place != NULL) return move_in(place, node, start->pid);
  /* There is no room for another memory: who wanted one more is told. */
  spawners_full();
  kernel_event(EVENT_ENDED, start->pid, start->life, REASON_EXHAUSTED, 0);
  return NULL;
}

void nursery_ended(const struct worker *worker) {
  if (worker->position < system_plan.process_count) return;
  struct place *place = place_at(worker->position);
  if (place->has_ended) return;
  place->has_ended = true;
  place->next = ended_places;
  ended_places = place;
}
