#include "authorities.h"

#include <stddef.h>

#include "../system.h"
#include "clock.h"
#include "kernel.h"

#define ALL (-1)

static int32_t handle_for(const struct worker *worker, const struct kernel_endowment *endowment) {
  const struct worker *receiver = worker_at(endowment->receiver);
  if (receiver == NULL) return 0;
  const int32_t handle =
      kernel_ask(EVENT_ENDOW, worker->pid, receiver->pid, HANDLE_CALL, 0, ALL, 0, 0);
  kernel_drain();
  if (handle < 0 || !endowment->is_limited) return handle;
  const uint64_t until = endowment->until < 0 ? 0 : clock_now() + (uint64_t)endowment->until;
  const int32_t narrow = kernel_ask(EVENT_NARROW, worker->pid, handle, endowment->mask, endowment->uses,
                                    endowment->rate, (int32_t)until, (int32_t)(until >> 32));
  kernel_drain();
  return narrow;
}

void authorities_endow(const struct worker *worker) {
  const struct kernel_plan *plan = system_plan.kernel;
  for (uint32_t i = 0; i < plan->endowment_count; i++) {
    const struct kernel_endowment *endowment = &plan->endowments[i];
    if (worker_at(endowment->process) != worker) continue;
    const int32_t handle = handle_for(worker, endowment);
    *endowment->handle = handle > 0 ? (uint32_t)handle : 0;
  }
}
