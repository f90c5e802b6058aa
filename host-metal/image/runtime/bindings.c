/*
 * Slots: nothing is checked when a call is made. What takes a call away repoints
 * the slots that lead there.
 */
#include "bindings.h"

#include "system.h"

static void point(const struct binding *binding, wasm_rt_funcref_t callee) {
  if (binding->entry >= binding->slots->size) wasm_rt_trap(WASM_RT_TRAP_CALL_INDIRECT);
  binding->slots->data[binding->entry] = callee;
}

void bindings_fill(void) {
  for (uint32_t i = 0; i < system_plan.binding_count; i++)
    point(&system_plan.bindings[i], system_plan.bindings[i].target);
}

static void point_into(uint32_t process, bool dead) {
  for (uint32_t i = 0; i < system_plan.binding_count; i++) {
    const struct binding *binding = &system_plan.bindings[i];
    if (binding->process == (int32_t)process) point(binding, dead ? binding->unavailable : binding->target);
  }
}

void bindings_close(uint32_t process) { point_into(process, true); }

void bindings_open(uint32_t process) { point_into(process, false); }
