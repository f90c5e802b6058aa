#include <stddef.h>

#include "../memory.h"
#include "../message.h"
#include "../platform.h"
#include "../system.h"
#include "kernel.h"
#include "worker.h"

static struct worker *workers;
static uint32_t worker_count;
/* Of all nodes. */
static int32_t *pids;

static const struct kernel_plan *plan(void) { return system_plan.kernel; }

static void *room(size_t bytes) {
  const size_t pages = (bytes + PLATFORM_PAGE) & ~(size_t)(PLATFORM_PAGE - 1);
  void *made = platform_reserve(pages);
  if (made == NULL || !platform_commit(made, pages)) memory_out("the table of processes");
  return made;
}

static void expect_ok(int32_t status, const struct kernel_node *node) {
  if (status >= STATUS_OK) return;
  message_put("atoll: The kernel does not take \"");
  message_put(node->name);
  message_put("\" of the supervision tree.\n");
  platform_exit(1);
}

void workers_declare(void) {
  const uint32_t count = plan()->node_count;
  pids = room(count * sizeof *pids);
  workers = room(count * sizeof *workers);
  for (uint32_t i = 0; i < count; i++) {
    const struct kernel_node *node = &plan()->nodes[i];
    for (uint32_t k = 0; k < node->field_count; k++)
      expect_ok(kernel_event(EVENT_TEMPLATE, (int32_t)i + 1, node->fields[2 * k], node->fields[2 * k + 1], 0), node);
  }
  for (uint32_t i = 0; i < count; i++) {
    const struct kernel_node *node = &plan()->nodes[i];
    const int32_t parent = node->parent < 0 ? 0 : pids[node->parent];
    pids[i] = kernel_event(EVENT_ADD, parent, (int32_t)i + 1, (int32_t)i, 0);
    expect_ok(pids[i], node);
    if (node->process < 0) continue;
    workers[worker_count++] =
        (struct worker){.node = node, .pid = pids[i], .position = (uint32_t)node->process};
  }
  for (uint32_t i = 0; i < system_plan.process_count; i++) {
    const struct worker *worker = worker_at(i);
    if (worker != NULL && plan()->processes[i].pid != NULL) *plan()->processes[i].pid = (uint32_t)worker->pid;
  }
}

int32_t workers_root(void) { return pids[0]; }

uint32_t workers_count(void) { return worker_count; }

struct worker *worker_number(uint32_t i) { return &workers[i]; }

struct worker *worker_of(int32_t pid) {
  for (uint32_t i = 0; i < worker_count; i++)
    if (workers[i].pid == pid) return &workers[i];
  return NULL;
}

struct worker *worker_at(uint32_t position) {
  const int32_t node = plan()->processes[position].node;
  for (uint32_t i = 0; node >= 0 && i < worker_count; i++)
    if (workers[i].node == &plan()->nodes[node]) return &workers[i];
  return NULL;
}
