#include "kernel.h"

#include <stddef.h>
#include <string.h>

#include "../memory.h"
#include "../message.h"
#include "../platform.h"
#include "../system.h"
#include "../system-time.h"
#include "log.h"
#include "plan.h"
#include "supervision.h"

/* Commands that were read and not carried out: more than a kernel has ever had at once. */
#define MOST_QUEUED (1024 * 1024)

static struct command *queue;
static size_t queue_first;
static size_t queue_end;
static size_t queue_room;
static bool draining;
/* Number of the first command that was not read. */
static uint32_t head;
/* Commands that were read, and that the kernel has not been told of: that can wait, as the ring is large. */
static uint32_t owed;
/* Of the ring, that may lie there read. */
#define OWED_PART 16

static const struct kernel_plan *plan(void) { return system_plan.kernel; }

/* A word of the kernel's memory. */
static int32_t word(uint32_t address) {
  int32_t value;
  if ((uint64_t)address + sizeof value > plan()->memory->size) wasm_rt_trap(WASM_RT_TRAP_OOB);
  memcpy(&value, plan()->memory->data + address, sizeof value);
  return value;
}

static struct command command_at(uint32_t number) {
  const uint32_t at = plan()->commands() + number % plan()->capacity() * COMMAND_BYTES;
  return (struct command){word(at),      word(at + 4),  word(at + 8), word(at + 12),
                          word(at + 16), word(at + 20), word(at + 24)};
}

static void enqueue(struct command command) {
  if (queue == NULL) queue = platform_reserve(MOST_QUEUED * sizeof *queue);
  if (queue_end == queue_room) {
    const size_t more = PLATFORM_PAGE * sizeof *queue;
    if (queue == NULL || queue_room == MOST_QUEUED || !platform_commit(queue + queue_room, more))
      memory_out("the kernel's commands");
    queue_room += PLATFORM_PAGE;
  }
  queue[queue_end++] = command;
}

static void pay(void) {
  if (owed == 0) return;
  log_drained(owed);
  plan()->drained(owed);
  owed = 0;
}

static void read_ring(void) {
  const uint32_t count = plan()->tail() - head;
  if (count == 0) return;
  for (uint32_t i = 0; i < count; i++) enqueue(command_at(head + i));
  head += count;
  owed += count;
  pay();
}

int32_t kernel_tell(const uint32_t *words) {
  const int32_t status = (int32_t)plan()->event(words[0], words[1], words[2], words[3], words[4], words[5], words[6],
                                                words[7]);
  log_event(words, status);
  return status;
}

int32_t kernel_ask(int32_t kind, int32_t a, int32_t b, int32_t c, int32_t d, int32_t e, int32_t f, int32_t g) {
  const uint32_t words[] = {(uint32_t)kind, (uint32_t)a, (uint32_t)b, (uint32_t)c,
                            (uint32_t)d,    (uint32_t)e, (uint32_t)f, (uint32_t)g};
  const int32_t status = kernel_tell(words);
  if (status != STATUS_DRAIN) return status;
  read_ring();
  pay();
  return kernel_tell(words);
}

int32_t kernel_event(int32_t kind, int32_t a, int32_t b, int32_t c, int32_t d) {
  const int32_t status = kernel_ask(kind, a, b, c, d, 0, 0, 0);
  kernel_drain();
  return status;
}

void kernel_drain(void) {
  read_ring();
  if (draining) return;
  draining = true;
  while (queue_first < queue_end) {
    const struct command command = queue[queue_first++];
    if (queue_first == queue_end) queue_first = queue_end = 0;
    supervision_carry_out(&command);
  }
  draining = false;
}

bool kernel_next(int32_t finished, struct command *run, int32_t *status) {
  *status = kernel_ask(EVENT_NEXT, finished, 0, 0, 0, 0, 0, 0);
  if (*status == STATUS_STALE && finished != 0) *status = kernel_ask(EVENT_NEXT, 0, 0, 0, 0, 0, 0, 0);
  if (*status != NEXT_RUN) {
    kernel_drain();
    return false;
  }
  /* Nothing else commands to run anybody, and it is the last: where it is the first unread one, there is no other. */
  *run = command_at(head);
  if (queue_first == queue_end && run->kind == COMMAND_RUN) {
    head++;
    owed++;
    if (owed >= plan()->capacity() / OWED_PART) pay();
    return true;
  }
  read_ring();
  *run = queue[--queue_end];
  kernel_drain();
  return true;
}

const int32_t *kernel_report(int32_t what, int32_t index) {
  static int32_t words[REPORT_WORDS];
  if (kernel_ask(EVENT_LOOK, 0, 0, what, index, 0, 0, 0) != STATUS_OK) return NULL;
  for (uint32_t i = 0; i < REPORT_WORDS; i++) words[i] = word(plan()->report() + 4 * i);
  return words;
}

int32_t kernel_look(int32_t what, int32_t index, int32_t position) {
  if (kernel_ask(EVENT_LOOK, 0, 0, what, index, 0, 0, 0) != STATUS_OK) return 0;
  return word(plan()->report() + 4 * (uint32_t)position);
}

void kernel_start(void) {
  const struct kernel_plan *it = plan();
  if (it->version() != ABI_VERSION) {
    message_put("atoll: The plan's kernel has another version than this executable knows.\n");
    platform_exit(1);
  }
  uint32_t seed;
  if (!time_is_virtual(&seed)) platform_random(&seed, sizeof seed);
  seed &= 0x7fffffff;
  log_start();
  const uint32_t status = it->initialise(seed, 0, (uint32_t)it->table_processes, it->node_count,
                                         (uint32_t)it->table_messages, (uint32_t)it->table_handles,
                                         (uint32_t)it->table_events);
  if (status != STATUS_OK) memory_out("the kernel's tables");
  log_initialised(seed);
  head = it->head();
}
