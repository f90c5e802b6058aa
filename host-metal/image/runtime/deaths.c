/*
 * Deaths: what host-linux/guard/deaths.ts says of them, in C.
 *
 * Dead is every process that the marks say was inside: the one that was called
 * over the guard, and those that it had called. When it is not inside itself, the
 * trap is its caller's to answer for and goes on, up to the guard of that one.
 */
#include "deaths.h"

#include <stddef.h>

#include "accounts.h"
#include "bindings.h"
#include "estates.h"
#include "kernel/supervision.h"
#include "message.h"
#include "system.h"
#include "trap.h"

/* Positions in `FAULTS` of the plan, plus one. */
enum { FAULT_CRASHED = 1, FAULT_REVOKED = 2, FAULT_EXHAUSTED = 5 };

/* Let go of while code of it was on the stack: what becomes of that is no news. */
static bool was_let_go[UINT16_MAX + 1];

bool deaths_is_inside(uint32_t process) {
  const uint32_t *inside = system_plan.processes[process].inside;
  return inside != NULL && *inside == 1;
}

static void set_inside(uint32_t process, uint32_t value) {
  uint32_t *inside = system_plan.processes[process].inside;
  if (inside != NULL) *inside = value;
}

void deaths_clear(uint32_t process) {
  was_let_go[process] = false;
  set_inside(process, 0);
}

bool deaths_is_alone(uint32_t process) {
  const struct process_list *reach = &system_plan.processes[process].reach;
  for (uint32_t i = 0; i < reach->count; i++)
    if (reach->positions[i] != process && deaths_is_inside(reach->positions[i])) return false;
  return true;
}

static void tell(uint32_t process, uint32_t originator, bool exhausted, const struct trap *trap) {
  message_put(system_plan.name);
  message_put(": process ");
  message_put(system_plan.processes[process].name);
  message_put(exhausted ? " died (exhausted): it " : " died (crashed): it ");
  if (process == originator) trap_reason(trap, message_put);
  else {
    message_put("was in a call to ");
    message_put(system_plan.processes[originator].name);
    message_put(", which died");
  }
  message_put("\n");
}

/* Where the stack is used up, destructors would die of that. */
static void settle_after(const struct trap *trap) {
  if (!trap_is_out_of_stack(trap)) estates_settle();
}

/* Providers come before consumers in a plan: whoever was innermost is the first. */
static uint32_t first_of(const bool *among) {
  uint32_t first = 0;
  while (!among[first]) first++;
  return first;
}

/* `died`: by position. Those that share a life with them die too. */
static uint32_t bury(bool *died, const struct trap *trap) {
  const uint32_t count = system_plan.process_count;
  const uint32_t originator = first_of(died);
  const bool exhausted = trap_is_exhaustion(trap);
  bool dead[count], news[count];
  for (uint32_t i = 0; i < count; i++) dead[i] = false;
  for (uint32_t i = 0; i < count; i++) {
    const struct process_list *members = &system_plan.processes[i].members;
    for (uint32_t k = 0; died[i] && k < members->count; k++) dead[members->positions[k]] = true;
  }
  for (uint32_t i = 0; i < count; i++) if (dead[i]) bindings_close(i);
  for (uint32_t i = 0; i < count; i++) if (dead[i]) estates_release(i);
  for (uint32_t i = 0; i < count; i++) news[i] = dead[i] && !was_let_go[i];
  for (uint32_t i = 0; i < count; i++) if (dead[i]) deaths_clear(i);
  for (uint32_t i = 0; i < count; i++) if (news[i]) tell(i, originator, exhausted, trap);
  settle_after(trap);
  if (system_plan.kernel != NULL) supervision_buried(dead, originator, exhausted, trap_is_out_of_stack(trap));
  return exhausted ? FAULT_EXHAUSTED : FAULT_CRASHED;
}

static uint32_t bury_inside(uint32_t process, const struct trap *trap) {
  const struct process_list *reach = &system_plan.processes[process].reach;
  bool died[system_plan.process_count];
  for (uint32_t i = 0; i < system_plan.process_count; i++) died[i] = false;
  for (uint32_t i = 0; i < reach->count; i++) died[reach->positions[i]] = deaths_is_inside(reach->positions[i]);
  return bury(died, trap);
}

void deaths_ended(uint32_t process, const struct trap *trap) {
  const struct process_list *reach = &system_plan.processes[process].reach;
  bool died[system_plan.process_count];
  for (uint32_t i = 0; i < system_plan.process_count; i++) died[i] = false;
  for (uint32_t i = 0; i < reach->count; i++) died[reach->positions[i]] = deaths_is_inside(reach->positions[i]);
  died[process] = true;
  bury(died, trap);
}

void deaths_let_go(uint32_t process, bool running) {
  const struct process_list *members = &system_plan.processes[process].members;
  for (uint32_t i = 0; i < members->count; i++) bindings_close(members->positions[i]);
  for (uint32_t i = 0; i < members->count; i++) estates_release(members->positions[i]);
  for (uint32_t i = 0; i < members->count; i++) {
    if (running) was_let_go[members->positions[i]] = true;
    else deaths_clear(members->positions[i]);
  }
  if (!running) estates_settle();
}

static uint32_t take(uint32_t *global) {
  if (global == NULL) return 0;
  uint32_t value = *global;
  *global = 0;
  return value;
}

/* Decides on a trap in a call of the guard; goes on with it where its process is not to answer for it. */
static uint32_t caught(const struct guard *guard, const struct trap *trap) {
  const bool stale = take(guard->stale) == 1;
  const uint32_t record = take(guard->record);
  const uint32_t begun = take(guard->begun);
  if (stale) {
    /* Nobody dies of a stale handle: the call is undone. */
    estates_undo(record, begun);
    set_inside(guard->process, 0);
    estates_settle();
    return FAULT_REVOKED;
  }
  if (deaths_is_inside(guard->process)) return bury_inside(guard->process, trap);
  estates_undo(record, begun);
  settle_after(trap);
  trap_raise(trap);
}

uint32_t guard_call(void *context) {
  const struct guard *guard = context;
  trap_check_stack();
  const uint32_t payer = accounts_payer();
  struct trap_frame frame;
  trap_push(&frame);
  if (frame_enter(&frame.registers) == 0) {
    guard->inner(guard->instance);
    trap_pop(&frame);
    return 0;
  }
  const struct trap trap = trap_newest;
  trap_pop(&frame);
  accounts_restore(payer);
  const uint32_t fault = caught(guard, &trap);
  /* The caller may have been killed by what follows from the death. */
  if (guard->caller >= 0 && supervision_is_dying((uint32_t)guard->caller)) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
  return fault;
}

uint32_t guard_condemn(void *context) {
  const struct guard *guard = context;
  bool died[system_plan.process_count];
  for (uint32_t i = 0; i < system_plan.process_count; i++) died[i] = i == guard->process;
  /* Its code cannot trap, so nobody else was inside. */
  return bury(died, &(struct trap){.code = WASM_RT_TRAP_UNREACHABLE});
}

bool deaths_run_inside(uint32_t process, void (*run)(void *context), void *context) {
  struct trap_frame frame;
  set_inside(process, 1);
  trap_push(&frame);
  if (frame_enter(&frame.registers) == 0) {
    run(context);
    trap_pop(&frame);
    set_inside(process, 0);
    return true;
  }
  const struct trap trap = trap_newest;
  trap_pop(&frame);
  if (deaths_is_inside(process)) bury_inside(process, &trap);
  trap_newest = trap;
  return false;
}
