#include "place.h"

#include <stddef.h>
#include <string.h>

#include "../bindings.h"
#include "../estates.h"
#include "../memory.h"
#include "../trap.h"

/* Where a table says where its room is counted: `HANDLE_LAYOUT` in toolchain/link/plan-names.ts. */
#define TABLE_ROOM 16

static struct place **places;
static uint32_t count;

uint32_t places_count(void) { return count; }

struct place *place_number(uint32_t i) { return places[i]; }

struct place *place_at(uint32_t position) { return places[position - system_plan.process_count]; }

const struct process *process_at(uint32_t position) {
  return position < system_plan.process_count ? &system_plan.processes[position] : &place_at(position)->process;
}

struct process_state *process_state(uint32_t position) {
  return position < system_plan.process_count ? &system_plan.states[position] : &place_at(position)->state;
}

/* As many as the plan lets live at a time. */
static bool has_room(void) {
  const size_t most = (size_t)system_plan.kernel->table_processes;
  if (places == NULL) places = memory_room(most * sizeof(struct place *));
  return places != NULL && count < most;
}

/* The first has room for as many handles as it may have, the others share it. */
static void make_tables(struct place *place) {
  const struct handles *handles = system_plan.handles;
  for (uint32_t i = 0; i < place->process.tables.count; i++) {
    const uint32_t room = i == 0 ? 0 : estates_word(place->own_tables[0] + TABLE_ROOM);
    place->own_tables[i] = handles->make(room, place->process.handle_limit);
    *place->table_words[i] = place->own_tables[i];
  }
  place->process.own_tables = place->own_tables;
}

/* Its own, by its position. */
static void make_account(struct place *place) {
  if (place->account_word == NULL) return;
  place->process.account = (int32_t)place->position;
  *place->account_word = place->position;
}

/* Whom it reaches: itself in place of the one that it is like, and others of the plan. */
static struct process_list reach_of(struct place *place) {
  const struct process_list *of_kind = &system_plan.processes[place->kind].reach;
  uint32_t *positions = memory_room(of_kind->count * sizeof *positions);
  if (positions == NULL) memory_out("a process");
  memcpy(positions, of_kind->positions, of_kind->count * sizeof *positions);
  positions[0] = place->position;
  return (struct process_list){of_kind->count, positions};
}

static void make(struct place *place) {
  place->process = system_plan.processes[place->kind];
  place->process.place = place;
  place->process.members = (struct process_list){1, &place->position};
  place->process.reach = reach_of(place);
  place->kernel = system_plan.kernel->processes[place->kind];
  place->kernel.make(place);
  make_tables(place);
  make_account(place);
  for (uint32_t i = 0; i < place->binding_count; i++) bindings_point(&place->bindings[i]);
}

struct place *place_make(uint32_t kind) {
  if (!has_room()) return NULL;
  memory_try();
  struct place *place = memory_room(system_plan.kernel->processes[kind].place_bytes);
  struct trap_frame frame;
  trap_push(&frame);
  if (place != NULL && frame_enter(&frame.registers) == 0) {
    place->kind = kind;
    place->position = system_plan.process_count + count;
    places[count] = place;
    /* Adapters find it by its position. */
    count++;
    make(place);
    trap_pop(&frame);
    memory_keep();
    return place;
  }
  trap_pop(&frame);
  if (place != NULL) count--;
  memory_give_back();
  return NULL;
}
