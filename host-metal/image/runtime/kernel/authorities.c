#include "authorities.h"

#include <stddef.h>

#include "../system.h"
#include "clock.h"
#include "kernel.h"
#include "place.h"

#define ALL (-1)

static int32_t endow(const struct worker *worker, int32_t provider, int32_t kind, int32_t object) {
  const int32_t handle = kernel_ask(EVENT_ENDOW, worker->pid, provider, kind, object, ALL, 0, 0);
  kernel_drain();
  return handle;
}

/* Of what is spawned each is its own receiver. */
static int32_t pid_of(const struct worker *worker, uint32_t process, uint32_t receiver) {
  if (receiver == process) return worker->pid;
  const struct worker *known = worker_at(receiver);
  return known == NULL ? 0 : known->pid;
}

/* What there is without limits; `process`: what it is in the plan. */
static int32_t whole_for(const struct worker *worker, uint32_t process, const struct kernel_endowment *it) {
  if (it->kind == HANDLE_LOOK) return endow(worker, workers_root(), HANDLE_LOOK, 0);
  if (it->kind == HANDLE_CALL) return endow(worker, pid_of(worker, process, it->subject), HANDLE_CALL, 0);
  const int32_t parent = system_plan.kernel->nodes[it->subject].parent;
  return endow(worker, parent < 0 ? 0 : workers_pid((uint32_t)parent), HANDLE_SPAWN, (int32_t)it->subject + 1);
}

static int32_t handle_for(const struct worker *worker, uint32_t process, const struct kernel_endowment *it) {
  const int32_t handle = whole_for(worker, process, it);
  if (handle < 0 || !it->is_limited) return handle;
  const uint64_t until = it->until < 0 ? 0 : clock_now() + (uint64_t)it->until;
  const int32_t narrow = kernel_ask(EVENT_NARROW, worker->pid, handle, it->mask, it->uses, it->rate, (int32_t)until,
                                    (int32_t)(until >> 32));
  kernel_drain();
  return narrow;
}

static const struct kernel_process *of_position(uint32_t position) {
  if (position < system_plan.process_count) return &system_plan.kernel->processes[position];
  return &place_at(position)->kernel;
}

static uint32_t planned(uint32_t position) {
  return position < system_plan.process_count ? position : place_at(position)->kind;
}

void authorities_endow(const struct worker *worker) {
  const struct process_list *members = &process_at(worker->position)->members;
  for (uint32_t i = 0; i < members->count; i++) {
    const uint32_t member = members->positions[i];
    const struct kernel_process *process = of_position(member);
    for (uint32_t k = 0; k < process->endowment_count; k++) {
      const int32_t handle = handle_for(worker, planned(member), &process->endowments[k]);
      *process->authorities[k] = handle > 0 ? (uint32_t)handle : 0;
    }
  }
}

int32_t authorities_look(uint32_t position) {
  const struct kernel_process *process = of_position(position);
  for (uint32_t k = 0; k < process->endowment_count; k++)
    if (process->endowments[k].kind == HANDLE_LOOK) return (int32_t)*process->authorities[k];
  return 0;
}
