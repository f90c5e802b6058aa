#include "carried.h"

#include <stdbool.h>
#include <stddef.h>

#include "../memory.h"
#include "../trap.h"
#include "clock.h"
#include "kernel.h"
#include "scheduler.h"

/* Where a handle stands in the kernel's table; and of LOOK_HANDLE, who has it. */
#define INDEX ((1 << REF_INDEX_BITS) - 1)
#define HOLDER 1
#define BUCKETS 1024

/* A handle in a message. */
struct item {
  struct item *next;
  int32_t message;
  int32_t handle;
  /* A number may be used again meanwhile, for a handle of somebody else. */
  int32_t holder;
  /* Pid of the process that writes the message; 0 once it is sent. */
  int32_t writer;
  /* Else the message will not be sent, or the handle leads nowhere. */
  bool is_alive;
};

/* By address of the message; those of one message in the order in which they were written. */
static struct item *buckets[BUCKETS];
static struct item *free_items;
/* Those of messages that are being written. */
static uint32_t written;

static struct item **bucket_of(int32_t message) { return &buckets[(uint32_t)message / 16 % BUCKETS]; }

static void take_out(struct item **at) {
  struct item *item = *at;
  *at = item->next;
  if (item->writer != 0) written--;
  item->next = free_items;
  free_items = item;
}

static struct item *new_item(void) {
  struct item *item = free_items;
  if (item != NULL) free_items = item->next;
  else item = memory_room(sizeof *item);
  if (item == NULL) memory_out("handles in messages");
  return item;
}

static void note(int32_t message, int32_t writer, int32_t handle, int32_t holder, bool is_alive) {
  struct item *item = new_item();
  *item = (struct item){NULL, message, handle, holder, writer, is_alive};
  struct item **last = bucket_of(message);
  while (*last != NULL) last = &(*last)->next;
  *last = item;
  written++;
}

static int32_t pid_of(uint32_t position) {
  const struct worker *worker = worker_at(position);
  return worker == NULL ? 0 : worker->pid;
}

void carried_drop_handle(int32_t handle, int32_t holder) {
  clock_tell();
  kernel_event(EVENT_DROP, holder, handle, 0, 0);
}

/* What follows from a drop may drop others: the first is looked for anew each time. */
static bool drop_first(struct item **bucket, int32_t message) {
  for (struct item **at = bucket; *at != NULL; at = &(*at)->next) {
    if ((*at)->message != message) continue;
    const int32_t handle = (*at)->handle, holder = (*at)->holder;
    take_out(at);
    carried_drop_handle(handle, holder);
    return true;
  }
  return false;
}

void carried_drop(int32_t message) {
  while (drop_first(bucket_of(message), message)) continue;
}

static int32_t message_of(int32_t writer) {
  for (uint32_t i = 0; i < BUCKETS; i++)
    for (const struct item *item = buckets[i]; item != NULL; item = item->next)
      if (item->writer == writer) return item->message;
  return 0;
}

void carried_gone(const struct worker *worker) {
  while (written > 0) {
    const int32_t message = message_of(worker->pid);
    if (message == 0) return;
    carried_drop(message);
  }
}

/* It was taken back meanwhile, or its holder was killed and runs on a little: what is given is a dead handle. */
static uint32_t given(int32_t status) {
  return (uint32_t)(status == STATUS_REVOKED || status == STATUS_STALE ? STATUS_OK : status);
}

/* In a call on the caller's stack. No command is carried out now: the callee must not begin anew half-way. */
uint32_t carried_give(void *context, uint32_t handle) {
  const struct carrier *it = context;
  trap_check_stack();
  return given(kernel_ask(EVENT_GIVE, pid_of(it->from), 0, (int32_t)handle, pid_of(it->to), 0, 0, 0));
}

/* Nothing may follow from it yet: the mail knows the one message that is being written, and no other. */
static uint32_t load(int32_t writer, int32_t message, int32_t handle, int32_t via, int32_t receiver) {
  const int32_t status = kernel_ask(EVENT_GIVE, writer, via, handle, receiver, 0, 0, 0);
  const bool is_alive = status >= 0;
  note(message, writer, handle, is_alive ? kernel_look(LOOK_HANDLE, handle & INDEX, HOLDER) : writer, is_alive);
  return given(status);
}

uint32_t carried_send(void *context, uint32_t via, uint32_t handle, uint32_t message) {
  const struct carrier *it = context;
  trap_check_stack();
  return load(pid_of(it->from), (int32_t)message, (int32_t)handle, (int32_t)via, 0);
}

uint32_t carried_reply(void *context, uint32_t handle, uint32_t message) {
  const struct carrier *it = context;
  trap_check_stack();
  const struct worker *caller = scheduler_served();
  const int32_t writer = pid_of(it->from);
  if (caller != NULL) return load(writer, (int32_t)message, (int32_t)handle, 0, caller->pid);
  /* The answer is for nobody, and goes as it comes. */
  note((int32_t)message, writer, (int32_t)handle, writer, true);
  return STATUS_OK;
}

/* Below 0 the message was not sent; else it goes on when its writer ends. */
void carried_sent(void *context, uint32_t message, uint32_t status) {
  (void)context;
  trap_check_stack();
  if ((int32_t)status < 0) return carried_drop((int32_t)message);
  for (struct item **at = bucket_of((int32_t)message); *at != NULL;) {
    struct item *item = *at;
    if (item->message != (int32_t)message) at = &item->next;
    else if (!item->is_alive) take_out(at);
    else {
      if (item->writer != 0) written--;
      item->writer = 0;
      at = &item->next;
    }
  }
}

/* They are the reader's now. */
void carried_take(void *context, uint32_t message) {
  (void)context;
  trap_check_stack();
  for (struct item **at = bucket_of((int32_t)message); *at != NULL;)
    if ((*at)->message == (int32_t)message) take_out(at);
    else at = &(*at)->next;
}

void carried_let_go(void *context, uint32_t handle) {
  const struct carrier *it = context;
  trap_check_stack();
  carried_drop_handle((int32_t)handle, pid_of(it->from));
}
