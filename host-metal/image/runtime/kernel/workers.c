#include <stddef.h>

#include "../memory.h"
#include "../message.h"
#include "../platform.h"
#include "../system.h"
#include "kernel.h"
#include "place.h"
#include "worker.h"

#define SLOT ((1 << PID_SLOT_BITS) - 1)

/* Of all nodes. */
static int32_t *pids;
/* By their place in the kernel's table, which is in their pids. */
static struct worker **by_slot;
/* Of the plan's processes; members of a domain have the same. */
static struct worker **by_position;

static const struct kernel_plan *plan(void) { return system_plan.kernel; }

static void *room(size_t bytes) {
  void *made = memory_room(bytes);
  if (made == NULL) memory_out("the table of processes");
  return made;
}

static void expect_ok(int32_t status, const struct kernel_node *node) {
  if (status >= STATUS_OK) return;
  message_put("atoll: The kernel does not take \"");
  message_put(node->name);
  message_put("\" of the supervision tree.\n");
  platform_exit(1);
}

static void declare_templates(void) {
  for (uint32_t i = 0; i < plan()->node_count; i++) {
    const struct kernel_node *node = &plan()->nodes[i];
    for (uint32_t k = 0; k < node->field_count; k++)
      expect_ok(kernel_event(EVENT_TEMPLATE, (int32_t)i + 1, node->fields[2 * k], node->fields[2 * k + 1], 0), node);
  }
}

static void add_node(uint32_t i, struct worker *worker) {
  const struct kernel_node *node = &plan()->nodes[i];
  if (node->is_template) return;
  const int32_t parent = node->parent < 0 ? 0 : pids[node->parent];
  pids[i] = kernel_event(EVENT_ADD, parent, (int32_t)i + 1, (int32_t)i, 0);
  expect_ok(pids[i], node);
  if (node->process < 0) return;
  const uint32_t position = (uint32_t)node->process;
  *worker = (struct worker){
      .node = node, .process = &plan()->processes[position], .pid = pids[i], .position = position};
  workers_add(worker);
}

void workers_declare(void) {
  const uint32_t count = plan()->node_count;
  pids = room(count * sizeof *pids);
  by_slot = room(((size_t)plan()->table_processes + 1) * sizeof *by_slot);
  by_position = room(system_plan.process_count * sizeof *by_position);
  struct worker *workers = room(count * sizeof *workers);
  declare_templates();
  for (uint32_t i = 0; i < count; i++) add_node(i, &workers[i]);
  for (uint32_t i = 0; i < system_plan.process_count; i++) {
    const struct kernel_process *process = &plan()->processes[i];
    if (process->node < 0 || pids[process->node] == 0) continue;
    by_position[i] = &workers[process->node];
    if (process->pid != NULL) *process->pid = (uint32_t)by_position[i]->pid;
  }
}

int32_t workers_pid(uint32_t node) { return pids[node]; }

int32_t workers_root(void) { return pids[0]; }

void workers_add(struct worker *worker) { by_slot[worker->pid & SLOT] = worker; }

void workers_remove(const struct worker *worker) {
  struct worker **known = &by_slot[worker->pid & SLOT];
  if (*known == worker) *known = NULL;
}

struct worker *worker_of(int32_t pid) {
  const int32_t slot = pid & SLOT;
  struct worker *worker = slot > plan()->table_processes ? NULL : by_slot[slot];
  return worker != NULL && worker->pid == pid ? worker : NULL;
}

struct worker *worker_at(uint32_t position) {
  if (position < system_plan.process_count) return by_position[position];
  struct place *place = place_at(position);
  return place->is_taken ? &place->worker : NULL;
}
