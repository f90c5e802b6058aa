/*
 * What is generated of a plan's part for the kernel; see KernelPlan in toolchain/link/plan-kernel.ts.
 */
#ifndef ATOLL_KERNEL_PLAN_H_
#define ATOLL_KERNEL_PLAN_H_

#include <stdbool.h>
#include <stdint.h>

#include "wasm-rt.h"

struct place;

/* A node of the supervision tree. */
struct kernel_node {
  const char *name;
  /* Position in the tree, or -1. */
  int32_t parent;
  /* Of a worker: position among the processes; -1 for a supervisor. */
  int32_t process;
  /* It may be suspended in the middle of a turn. */
  bool has_stack;
  /* RESTART_*. */
  int32_t restart;
  /* FIELD_* and values in turn, for EVENT_TEMPLATE. */
  const int32_t *fields;
  uint32_t field_count;
  /* Its parent is dynamic: it is not there at first, and processes like it are spawned. */
  bool is_template;
  /* Of a worker: what it may have at most, for who looks; `fuel` is -1 where there is no limit. */
  uint32_t mail, mail_bytes, records, handles;
  int64_t fuel;
};

/* A core function `(message: i32) -> i32` by which a message is delivered, with its first parameter. */
struct kernel_delivery {
  uint32_t (*call)(void *instance, uint32_t message);
  void *instance;
};

/* What a process's wires and grants say that it may do, given at each start. */
struct kernel_endowment {
  /* HANDLE_CALL, HANDLE_SPAWN or HANDLE_LOOK. */
  int32_t kind;
  /* Who is called: a position among the processes. What is spawned: its position in the tree. */
  uint32_t subject;
  /* -1: all functions; 0: none of the others. */
  int32_t mask, uses, rate;
  bool is_limited;
  /* Microseconds after the start; -1: none. */
  int64_t until;
};

/* Of a process; NULL where it has none. */
struct kernel_process {
  /* Position in the tree of the worker that it lives and dies with; -1 for none. */
  int32_t node;
  const struct kernel_delivery *deliveries;
  uint32_t delivery_count;
  /* Each with the place of the process, for one that is spawned. */
  void (*alarm)(void *place, uint32_t token);
  void (*notice)(void *place, uint32_t token, uint32_t reason);
  /* For the adapters. */
  uint32_t *pid;
  const struct kernel_endowment *endowments;
  uint32_t endowment_count;
  /* For the adapters: the handle of each, 0 while there is none. */
  uint32_t *const *authorities;
  /* Of what is spawned: the size of a place, and what makes the instances in one; see place.h. */
  uint32_t place_bytes;
  void (*make)(struct place *place);
};

struct kernel_plan {
  uint32_t node_count;
  const struct kernel_node *nodes;
  const struct kernel_process *processes;
  /* The pid of one that was spawned, which calls a device that it shares with all of its kind. */
  uint32_t *asker;
  int32_t table_processes, table_messages, table_handles, table_events;
  /* Some wire says how often, or until when: then the kernel has to know the time at each event. */
  bool is_timed;
  /* Exports of kernel.wasm. */
  wasm_rt_memory_t *memory;
  uint32_t (*initialise)(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
  uint32_t (*version)(void);
  uint32_t (*commands)(void);
  uint32_t (*capacity)(void);
  uint32_t (*report)(void);
  uint32_t (*head)(void);
  uint32_t (*tail)(void);
  uint32_t (*drained)(uint32_t);
  uint32_t (*event)(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
  /* Exports of the mail module; NULL where there is none. */
  wasm_rt_memory_t *mail;
  void (*mail_free)(uint32_t message);
  void (*mail_abandon)(uint32_t reader);
};

#endif
