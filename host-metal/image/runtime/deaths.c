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
#include "lines.h"
#include "message.h"
#include "system.h"
#include "trap.h"

/* Positions in `FAULTS` of the plan, plus one. */
enum { FAULT_CRASHED = 1, FAULT_REVOKED = 2, FAULT_EXHAUSTED = 5 };

bool deaths_is_inside(uint32_t process) {
  const uint32_t *inside = process_at(process)->inside;
  return inside != NULL && *inside == 1;
}

static void set_inside(uint32_t process, uint32_t value) {
  uint32_t *inside = process_at(process)->inside;
  if (inside != NULL) *inside = value;
}

void deaths_clear(uint32_t process) {
  process_state(process)->let_go = false;
  set_inside(process, 0);
}

bool deaths_is_alone(uint32_t process) {
  const struct process_list *reach = &process_at(process)->reach;
  for (uint32_t i = 0; i < reach->count; i++)
    if (reach->positions[i] != process && deaths_is_inside(reach->positions[i])) return false;
  return true;
}

static void tell(uint32_t process, uint32_t originator, bool exhausted, const struct trap *trap) {
  message_put(system_plan.name);
  message_put(": process ");
  message_put(process_at(process)->name);
  message_put(exhausted ? " died (exhausted): " : " died (crashed): ");
  if (process == originator) return lines_tell(process, trap);
  message_put("it was in a call to ");
  message_put(process_at(originator)->name);
  message_put(", which died\n");
}

/* Where the stack is used up, destructors would die of that. */
static void settle_after(const struct trap *trap) {
  if (!trap_is_out_of_stack(trap)) estates_settle();
}

/* Positions; the room for them is their owner's, and enough for all that can die together. */
struct toll {
  uint32_t count;
  uint32_t *positions;
};

/* On one stack there is at most one process that was spawned: whose turn it is. */
#define TOLL_ROOM (system_plan.process_count + 1)

/* Where it belongs in their order, unless it is there. */
static void add(struct toll *toll, uint32_t process) {
  uint32_t at = toll->count;
  while (at > 0 && toll->positions[at - 1] > process) at--;
  if (at > 0 && toll->positions[at - 1] == process) return;
  for (uint32_t i = toll->count; i > at; i--) toll->positions[i] = toll->positions[i - 1];
  toll->positions[at] = process;
  toll->count++;
}

/*
 * Those that share a life with them die too. Providers come before consumers in a plan: whoever was innermost
 * is the first.
 */
static uint32_t bury(const struct toll *died, const struct trap *trap) {
  const uint32_t originator = died->positions[0];
  const bool exhausted = trap_is_exhaustion(trap);
  uint32_t positions[TOLL_ROOM];
  struct toll dead = {0, positions};
  bool news[TOLL_ROOM];
  for (uint32_t i = 0; i < died->count; i++) {
    const struct process_list *members = &process_at(died->positions[i])->members;
    for (uint32_t k = 0; k < members->count; k++) add(&dead, members->positions[k]);
  }
  for (uint32_t i = 0; i < dead.count; i++) bindings_close(positions[i]);
  for (uint32_t i = 0; i < dead.count; i++) estates_release(positions[i]);
  for (uint32_t i = 0; i < dead.count; i++) news[i] = !process_state(positions[i])->let_go;
  for (uint32_t i = 0; i < dead.count; i++) deaths_clear(positions[i]);
  for (uint32_t i = 0; i < dead.count; i++) if (news[i]) tell(positions[i], originator, exhausted, trap);
  settle_after(trap);
  if (system_plan.kernel != NULL)
    supervision_buried(positions, dead.count, originator, exhausted, trap_is_out_of_stack(trap));
  return exhausted ? FAULT_EXHAUSTED : FAULT_CRASHED;
}

/* All that are inside, of whom it reaches; and it itself, where that is `sure`. */
static uint32_t bury_reached(uint32_t process, bool sure, const struct trap *trap) {
  const struct process_list *reach = &process_at(process)->reach;
  uint32_t positions[TOLL_ROOM];
  struct toll died = {0, positions};
  if (sure) add(&died, process);
  for (uint32_t i = 0; i < reach->count; i++)
    if (deaths_is_inside(reach->positions[i])) add(&died, reach->positions[i]);
  return bury(&died, trap);
}

void deaths_ended(uint32_t process, const struct trap *trap) { bury_reached(process, true, trap); }

void deaths_let_go(uint32_t process, bool running) {
  const struct process_list *members = &process_at(process)->members;
  for (uint32_t i = 0; i < members->count; i++) bindings_close(members->positions[i]);
  for (uint32_t i = 0; i < members->count; i++) estates_release(members->positions[i]);
  for (uint32_t i = 0; i < members->count; i++) {
    if (running) process_state(members->positions[i])->let_go = true;
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
  if (deaths_is_inside(guard->process)) return bury_reached(guard->process, false, trap);
  estates_undo(record, begun);
  settle_after(trap);
  trap_raise(trap);
}

/* Apart from the call, which is thousands of times as frequent, and needs no room for this. */
__attribute__((noinline, cold)) static uint32_t ended(const struct guard *guard, uint32_t payer,
                                                      struct trap_frame *frame) {
  const struct trap trap = trap_newest;
  trap_pop(frame);
  accounts_restore(payer);
  const uint32_t fault = caught(guard, &trap);
  /* The caller may have been killed by what follows from the death. */
  if (guard->caller >= 0 && supervision_is_dying((uint32_t)guard->caller)) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
  return fault;
}

uint32_t guard_call(void *context) {
  const struct guard *guard = context;
  trap_check_stack();
  const uint32_t payer = accounts_payer();
  struct trap_frame frame;
  trap_push(&frame);
  if (frame_enter(&frame.registers) != 0) return ended(guard, payer, &frame);
  guard->inner(guard->instance);
  trap_pop(&frame);
  return 0;
}

uint32_t guard_condemn(void *context) {
  const struct guard *guard = context;
  uint32_t process = guard->process;
  /* Its code cannot trap, so nobody else was inside. */
  return bury(&(struct toll){1, &process}, &(struct trap){.code = WASM_RT_TRAP_UNREACHABLE});
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
  if (deaths_is_inside(process)) bury_reached(process, false, &trap);
  trap_newest = trap;
  return false;
}
