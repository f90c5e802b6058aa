/*
 * Slots: nothing is checked when a call is made. What takes a call away repoints
 * the slots that lead there.
 */
#include "bindings.h"

#include "kernel/place.h"
#include "system.h"

void bindings_point(const struct binding *binding) {
  const bool closed = binding->process >= 0 && process_state((uint32_t)binding->process)->closed;
  if (binding->entry >= binding->slots->size) wasm_rt_trap(WASM_RT_TRAP_CALL_INDIRECT);
  binding->slots->data[binding->entry] = closed ? binding->unavailable : binding->target;
}

void bindings_fill(void) {
  for (uint32_t i = 0; i < system_plan.binding_count; i++) bindings_point(&system_plan.bindings[i]);
}

static void point_into(uint32_t process, const struct binding *bindings, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (bindings[i].process == (int32_t)process) bindings_point(&bindings[i]);
}

/* What is sent to a process that was spawned the kernel refuses. */
static void set_closed(uint32_t process, bool closed) {
  struct process_state *state = process_state(process);
  if (state->closed == closed) return;
  state->closed = closed;
  if (process >= system_plan.process_count) return;
  point_into(process, system_plan.bindings, system_plan.binding_count);
  for (uint32_t i = 0; i < places_count(); i++) {
    const struct place *place = place_number(i);
    point_into(process, place->bindings, place->binding_count);
  }
}

void bindings_close(uint32_t process) { set_closed(process, true); }

void bindings_open(uint32_t process) { set_closed(process, false); }
