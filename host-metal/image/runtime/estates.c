/*
 * Estates: read in the memory of the handle module, changed by its functions only.
 *
 * Its layout is that of `HANDLE_LAYOUT` in toolchain/link/plan-names.ts. What was
 * left is noted before the first table is emptied, so that nothing is destroyed twice.
 */
#include "estates.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "accounts.h"
#include "deaths.h"
#include "kernel/carried.h"
#include "kernel/place.h"
#include "memory.h"
#include "platform.h"
#include "system.h"

enum { TABLE_BASE = 0, TABLE_LENGTH = 4 };
enum { ENTRY_KIND = 0, ENTRY_REP = 4, ENTRY_SIZE = 16 };
enum { RECORD_CALLER = 0, RECORD_CALLEE = 4, RECORD_SIZE = 12 };
/* Words on the stack of loans, divided by 4, that stand for a handle that was given. */
#define GIVEN 2

struct orphan {
  uint32_t type;
  uint32_t rep;
  uint32_t kind;
};

/* A queue: the first that was left is the first that is destroyed. */
#define MOST_ORPHANS (4u * 1024 * 1024)
static struct orphan *orphans;
static size_t first_orphan;
static size_t orphan_count;
static size_t orphan_room;

static void leave(struct orphan orphan) {
  if (orphans == NULL) orphans = platform_reserve(MOST_ORPHANS * sizeof orphan);
  if (orphan_count == orphan_room) {
    const size_t more = PLATFORM_PAGE * sizeof orphan;
    if (orphans == NULL || orphan_room == MOST_ORPHANS || !platform_commit(orphans + orphan_room, more))
      memory_out("what a dead process left");
    orphan_room += PLATFORM_PAGE;
  }
  orphans[orphan_count++] = orphan;
}

uint32_t estates_word(uint32_t address) {
  uint32_t value;
  const wasm_rt_memory_t *memory = system_plan.handles->memory;
  if (address > memory->size - sizeof value) wasm_rt_trap(WASM_RT_TRAP_OOB);
  memcpy(&value, memory->data + address, sizeof value);
  return value;
}

static uint32_t type_of(uint32_t kind) {
  return ((kind >> 1) - 1) % system_plan.handles->type_count;
}

/*
 * What a table owns of others than `definer`, as far as that still exists. Handles of processes the kernel drops
 * by itself when it hears of the end.
 */
static void note_owns(uint32_t table, int32_t definer) {
  const struct handles *handles = system_plan.handles;
  const uint32_t length = estates_word(table + TABLE_LENGTH);
  for (uint32_t index = 1; index < length; index++) {
    const uint32_t at = estates_word(table + TABLE_BASE) + index * ENTRY_SIZE;
    const uint32_t kind = estates_word(at + ENTRY_KIND);
    /* Free, or a borrow. */
    if (kind % 2 == 0) continue;
    const struct handle_type *type = &handles->types[type_of(kind)];
    if (type->is_of_kernel || *type->kind != kind || (definer >= 0 && type->process == definer)) continue;
    leave((struct orphan){type_of(kind), estates_word(at + ENTRY_REP), kind});
  }
}

static uint32_t table_of(const struct process *it, uint32_t i) {
  return it->own_tables != NULL ? it->own_tables[i] : *system_plan.handles->tables[it->tables.positions[i]];
}

/* Those that are made alike have types in common, and never a handle of each other's. */
static int32_t definer_of(uint32_t process) {
  return (int32_t)(process < system_plan.process_count ? process : place_at(process)->kind);
}

void estates_release(uint32_t process) {
  const struct handles *handles = system_plan.handles;
  if (handles == NULL) return;
  const struct process *it = process_at(process);
  for (uint32_t i = 0; i < it->tables.count; i++) note_owns(table_of(it, i), definer_of(process));
  for (uint32_t i = 0; i < it->tables.count; i++) handles->empty(table_of(it, i));
  for (uint32_t i = 0; i < handles->type_count; i++) {
    const struct handle_type *type = &handles->types[i];
    if (type->process == (int32_t)process) *type->kind = handles->renew(*type->kind);
  }
}

void estates_undo(uint32_t record, uint32_t begun) {
  const struct handles *handles = system_plan.handles;
  if (handles == NULL || record == 0) return;
  /* Parameters go to the callee, results to the caller. */
  const uint32_t table = estates_word(record + (begun == 0 ? RECORD_CALLEE : RECORD_CALLER));
  const uint32_t first = begun == 0 ? record + RECORD_SIZE : begun;
  const uint32_t top = *handles->loans;
  for (uint32_t at = first; at < top; at += 4) {
    if (estates_word(at) % 4 != GIVEN) continue;
    const uint32_t handle = estates_word(at) >> 2;
    const uint32_t entry = estates_word(table + TABLE_BASE) + handle * ENTRY_SIZE;
    const uint32_t kind = estates_word(entry + ENTRY_KIND);
    leave((struct orphan){type_of(kind), estates_word(entry + ENTRY_REP), kind});
    handles->remove(table, handle);
  }
  handles->close(record);
}

struct destruction {
  const struct handle_type *type;
  uint32_t rep;
};

static void destroy(void *context) {
  const struct destruction *it = context;
  const uint32_t before = accounts_pay((uint32_t)it->type->process);
  it->type->destructor(it->type->instance, it->rep);
  accounts_pay_back(before);
}

void estates_settle(void) {
  while (first_orphan < orphan_count) {
    const struct orphan orphan = orphans[first_orphan++];
    if (first_orphan == orphan_count) first_orphan = orphan_count = 0;
    const struct handle_type *type = &system_plan.handles->types[orphan.type];
    if (*type->kind != orphan.kind) continue;
    if (type->is_of_kernel) carried_drop_handle((int32_t)orphan.rep, 0);
    if (type->destructor == NULL) continue;
    struct destruction destruction = {type, orphan.rep};
    if (type->process < 0) type->destructor(type->instance, orphan.rep);
    else deaths_run_inside((uint32_t)type->process, destroy, &destruction);
  }
}

uint32_t estates_give(uint32_t table, uint32_t type, uint32_t rep) {
  const struct handles *handles = system_plan.handles;
  const uint32_t address = *handles->tables[table];
  for (uint32_t index = 1; index < estates_word(address + TABLE_LENGTH); index++) {
    const uint32_t entry = estates_word(address + TABLE_BASE) + index * ENTRY_SIZE;
    const uint32_t kind = estates_word(entry + ENTRY_KIND);
    if (kind == 0) continue;
    const struct handle_type *left = &handles->types[type_of(kind)];
    if (left->destructor != NULL) left->destructor(left->instance, estates_word(entry + ENTRY_REP));
    handles->remove(address, index);
  }
  return estates_give_more(table, type, rep);
}

uint32_t estates_give_more(uint32_t table, uint32_t type, uint32_t rep) {
  const struct handles *handles = system_plan.handles;
  return handles->add(*handles->tables[table], *handles->types[type].kind, rep, 0);
}
