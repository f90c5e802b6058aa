/*
 * Lines of input for processes that wait while others run: whoever asked first gets
 * the next one. Who was killed meanwhile does not take it.
 * See host-linux/channel/system-input.ts.
 */
#include <stddef.h>

#include "../input.h"
#include "../platform.h"
#include "../trap.h"
#include "clock.h"
#include "input-waits.h"
#include "kernel.h"
#include "scheduler.h"

#define MOST_WAITING 4096

struct taker {
  struct worker *worker;
  /* Another one may begin in the same place meanwhile. */
  int32_t pid;
  int32_t life;
  int32_t token;
};

static struct taker takers[MOST_WAITING];
static uint32_t taker_count;
/* Was told that a line is there, and has not taken it yet. */
static struct taker told;
static bool over;
static int32_t tokens;

static bool lives(const struct taker *taker) {
  const struct worker *worker = taker->worker;
  return worker != NULL && worker->pid == taker->pid && worker->alive && worker->life == taker->life;
}

bool input_line_for(struct worker *worker, struct span *line) {
  if (scheduler_running() != worker || !worker->node->has_stack || taker_count == MOST_WAITING)
    return input_line(line);
  clock_tell();
  tokens = tokens == INT32_MAX ? 1 : tokens + 1;
  const int32_t status = kernel_ask(EVENT_WAIT, worker->pid, tokens, 0, 0, 0, 0, 0);
  kernel_drain();
  if (status != STATUS_OK) return input_line(line);
  takers[taker_count++] = (struct taker){worker, worker->pid, worker->life, tokens};
  if (over) input_serve_lines();
  if (scheduler_suspend(NULL) == WAIT_KILLED) wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
  told.worker = NULL;
  return !over && input_line(line);
}

bool input_line_is_asked(void) { return taker_count > 0 && !lives(&told); }

void input_serve_lines(void) {
  while (input_line_is_asked() && (over || input_is_there())) {
    told = takers[0];
    taker_count--;
    for (uint32_t i = 0; i < taker_count; i++) takers[i] = takers[i + 1];
    clock_tell();
    const bool waits = lives(&told) && kernel_event(EVENT_DEVICE, told.worker->pid, told.life, told.token, 0) == STATUS_OK;
    if (!waits || over) told.worker = NULL;
  }
}

void input_end_lines(void) {
  over = true;
  input_serve_lines();
}
