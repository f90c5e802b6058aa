/*
 * What is generated of a link plan: the data that the runtime works on.
 *
 * The generated file makes the instances, and says who they are; positions are
 * those of the plan. Nothing here changes once the system is brought up but what
 * the pointers lead to.
 */
#ifndef ATOLL_SYSTEM_H_
#define ATOLL_SYSTEM_H_

#include <stdbool.h>
#include <stdint.h>

#include "wasm-rt.h"

struct kernel_plan;

/* Positions, the process itself the first. */
struct process_list {
  uint32_t count;
  const uint32_t *positions;
};

struct process {
  const char *name;
  /* 1 while it is inside a call that a guard may end; NULL where none is kept. */
  uint32_t *inside;
  /* All whose code it can have on its stack. */
  struct process_list reach;
  /* Those that live and die as one with it. */
  struct process_list members;
  /* Its component instances' handle tables: positions in `system.handles`' tables. */
  struct process_list tables;
  /* Addresses of its own in their stead, where it was spawned; else NULL. */
  const uint32_t *own_tables;
  /* Handles in all of them together. */
  uint32_t handle_limit;
  /* Its account of fuel, or -1. */
  int32_t account;
  int64_t fuel;
  int64_t slice;
  /* Memories, tables and counters get their first state; of one that was spawned, in its place. */
  void (*fill)(void *place);
  void (*initialise)(void *place);
  /* The memory in which it says why it gives up, and the address where; NULL for one that does not say. */
  const wasm_rt_memory_t *(*last_words)(void *place, uint32_t *address);
  void *place;
};

/* What changes about one. */
struct process_state {
  /* No call gets into it. */
  bool closed;
  /* Let go of while code of it was on the stack: what becomes of that is no news. */
  bool let_go;
};

/* A function of a wire with its slots, and what fills them while the provider is dead. */
struct binding {
  /* That is entered; -1 for a device. */
  int32_t process;
  wasm_rt_funcref_table_t *slots;
  uint32_t entry;
  wasm_rt_funcref_t target;
  wasm_rt_funcref_t unavailable;
};

/* See `HandleTables` and `HandleType` in the plan. */
struct handle_type {
  uint32_t *kind;
  /* The process that defines it; -1 for a device's, and for handles of processes. */
  int32_t process;
  /* Of processes: what it stands for is the kernel's handle. */
  bool is_of_kernel;
  /* `(rep) -> ()`, with its first parameter; NULL where there is none. */
  void (*destructor)(void *instance, uint32_t rep);
  void *instance;
};

struct handles {
  wasm_rt_memory_t *memory;
  uint32_t *loans;
  uint32_t type_count;
  struct handle_type *types;
  uint32_t table_count;
  /* Addresses in `memory`. */
  uint32_t **tables;
  /* Functions of the handle module. */
  uint32_t (*add)(uint32_t table, uint32_t kind, uint32_t rep, uint32_t scope);
  void (*remove)(uint32_t table, uint32_t handle);
  void (*empty)(uint32_t table);
  void (*close)(uint32_t record);
  uint32_t (*renew)(uint32_t kind);
  uint32_t (*make)(uint32_t room, uint32_t limit);
};

struct accounts {
  /* Not 0 while nobody else may run. */
  const uint32_t *held;
  uint32_t *payer;
  /* Some calls are paid for by the callee. */
  bool changes_payer;
  void (*pay)(uint32_t account);
  void (*fill)(uint32_t account, int64_t left, int64_t slice);
  int64_t (*left)(uint32_t account);
};

struct transfer {
  wasm_rt_memory_t *memory;
  uint32_t (*realloc)(uint32_t old, uint32_t old_size, uint32_t alignment, uint32_t size);
};

struct system {
  const char *name;
  uint32_t process_count;
  const struct process *processes;
  struct process_state *states;
  uint32_t binding_count;
  struct binding *bindings;
  /* NULL in a system without. */
  struct handles *handles;
  const struct accounts *accounts;
  const struct transfer *transfer;
  const struct kernel_plan *kernel;
  /* Where the system starts: `() -> i32`. */
  uint32_t entry_process;
  uint32_t (*entry)(void);
  /* It is granted a configuration, which arguments of the user follow. */
  bool entry_is_configured;
};

/* Generated. */
extern const struct system system_plan;
/* Makes all instances, and the bindings' functions. */
void system_instantiate(void);

/* Positions after those of the plan are of processes that were spawned. */
const struct process *process_at(uint32_t position);
struct process_state *process_state(uint32_t position);

#endif
