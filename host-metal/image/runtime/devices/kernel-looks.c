/*
 * atoll:kernel/mailbox, capability, supervisor and introspect: what a process sees of the kernel, and whom it ends.
 *
 * Records are laid out as host-linux/devices/kernel-introspect.ts and its
 * neighbours draw them.
 */
#include <stddef.h>
#include <string.h>

#include "../kernel/authorities.h"
#include "../kernel/clock.h"
#include "../kernel/kernel.h"
#include "../kernel/supervision.h"
#include "../system.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

#define SLOT ((1 << PID_SLOT_BITS) - 1)
/* Position of `unavailable` in `fault`. */
#define UNAVAILABLE 5
/* Of LOOK_PROCESS, LOOK_HANDLE and LOOK_TOTALS. */
enum { PROCESS_PID = 0, PROCESS_REASON = 5, PROCESS_MAIL = 6, PROCESS_MAIL_BYTES = 7, PROCESS_TEMPLATE = 13 };
enum { HANDLE_HOLDER = 1, HANDLE_KIND = 3 };
enum { TOTAL_PROCESSES = 0, TOTAL_HANDLES = 2 };

static struct worker *worker_of_device(void *device) {
  const struct device_kernel *it = device;
  trap_check_stack();
  supervision_check();
  return device_kernel_worker(it->process);
}

/* Of a process or supervisor; NULL for what is none. */
static const struct kernel_node *node_of(int32_t template) {
  const struct kernel_plan *plan = system_plan.kernel;
  return template < 1 || (uint32_t)template > plan->node_count ? NULL : &plan->nodes[template - 1];
}

/* A list that is made in one pass, because the transfer memory only grows at its end. */
struct records {
  uint32_t size, alignment;
  uint32_t count, room;
  struct span span;
};

/* Where one more begins, cleared. */
static uint32_t one_more(struct records *it) {
  if (it->count == it->room) {
    const uint32_t room = it->room == 0 ? 16 : 2 * it->room;
    const struct span span = transfer_allocate(room * it->size, it->alignment);
    if (it->count > 0)
      memcpy(transfer_bytes(span.offset, it->count * it->size), transfer_bytes(it->span.offset, it->count * it->size),
             it->count * it->size);
    it->span = span;
    it->room = room;
  }
  const uint32_t at = it->span.offset + it->count++ * it->size;
  memset(transfer_bytes(at, it->size), 0, it->size);
  return at;
}

static uint32_t list_of(struct records *it) {
  if (it->room == 0) it->span = transfer_allocate(0, it->alignment);
  return transfer_list((struct span){it->span.offset, it->count});
}

/* The entries of a table that are in use: as many as the totals say, so that a large table is not read to its end. */
struct walk {
  int32_t what, used, index;
  uint32_t left;
};

static struct walk walk_of(int32_t what) {
  const bool processes = what == LOOK_PROCESS;
  const int32_t left = kernel_look(LOOK_TOTALS, 1, processes ? TOTAL_PROCESSES : TOTAL_HANDLES);
  return (struct walk){what, processes ? PROCESS_PID : HANDLE_KIND, 0, (uint32_t)left};
}

static const int32_t *next_of(struct walk *walk) {
  while (walk->left > 0) {
    const int32_t *words = kernel_report(walk->what, ++walk->index);
    if (words == NULL) return NULL;
    /* What is in use has a word that is not 0. */
    if (words[walk->used] == 0) continue;
    walk->left--;
    return words;
  }
  return NULL;
}

static void put(uint32_t at, const int32_t *words, uint32_t from) { transfer_put_u32(at, (uint32_t)words[from]); }

uint32_t device_mailbox_fullness(void *device) {
  const struct worker *worker = worker_of_device(device);
  const int32_t *words = kernel_report(LOOK_PROCESS, worker->pid & SLOT);
  const struct kernel_node *node = words == NULL ? NULL : node_of(words[PROCESS_TEMPLATE]);
  const uint32_t result = transfer_result(16, 4);
  if (node == NULL) return result;
  put(result, words, PROCESS_MAIL);
  put(result + 4, words, PROCESS_MAIL_BYTES);
  transfer_put_u32(result + 8, node->mail);
  transfer_put_u32(result + 12, node->mail_bytes);
  return result;
}

static void store_handle(struct records *list, const int32_t *words) {
  static const uint8_t from[] = {0, 1, 2, 3, 5, 6, 7};
  const uint32_t at = one_more(list);
  for (uint32_t i = 0; i < sizeof from; i++) {
    if (from[i] == HANDLE_KIND) transfer_put_u8(at + 4 * i, (uint8_t)(words[HANDLE_KIND] - HANDLE_CALL));
    else put(at + 4 * i, words, from[i]);
  }
}

uint32_t device_capability_held(void *device) {
  const int32_t pid = worker_of_device(device)->pid;
  struct records list = {.size = 28, .alignment = 4};
  struct walk walk = walk_of(LOOK_HANDLE);
  for (const int32_t *words; (words = next_of(&walk)) != NULL;)
    if (words[HANDLE_HOLDER] == pid) store_handle(&list, words);
  return list_of(&list);
}

static uint32_t order(void *device, int32_t event, uint32_t pid) {
  worker_of_device(device);
  clock_tell();
  const int32_t status = kernel_event(event, (int32_t)pid, 0, 0, 0);
  /* The caller may have gone with it. */
  supervision_check();
  const uint32_t result = transfer_result(2, 1);
  if (status == STATUS_OK) return result;
  transfer_put_u8(result, 1);
  transfer_put_u8(result + 1, UNAVAILABLE);
  return result;
}

uint32_t device_supervisor_kill(void *device, uint32_t pid) { return order(device, EVENT_KILL, pid); }

uint32_t device_supervisor_stop(void *device, uint32_t pid) { return order(device, EVENT_STOP, pid); }

/* Asks the kernel, by the handle that the grant gave, whether the process may look now. */
static void begin_look(void *device) {
  const struct device_kernel *it = device;
  const struct worker *worker = worker_of_device(device);
  const bool is_shared = system_plan.kernel->processes[it->process].make != NULL;
  const int32_t handle = authorities_look(is_shared ? worker->position : it->process);
  clock_tell();
  const int32_t status = kernel_ask(EVENT_LOOK, worker->pid, handle, LOOK_TOTALS, 1, 0, 0, 0);
  kernel_drain();
  if (status != STATUS_OK) trap_refuse("it may not look at the kernel any more");
}

/* Texts that lie in the transfer memory: the same one lies there once. */
#define MOST_TEXTS 64
struct texts {
  uint32_t count;
  const char *known[MOST_TEXTS];
  struct span spans[MOST_TEXTS];
};

static struct span text_of(struct texts *texts, const char *text) {
  for (uint32_t i = 0; i < texts->count; i++)
    if (texts->known[i] == text) return texts->spans[i];
  const struct span span = transfer_store(text, (uint32_t)strlen(text));
  if (texts->count == MOST_TEXTS) return span;
  texts->known[texts->count] = text;
  return texts->spans[texts->count++] = span;
}

static const char *name_of(const struct kernel_node *node) { return node == NULL ? "" : node->name; }

/* An option of the record. */
static void store_quotas(uint32_t at, const struct kernel_node *node) {
  if (node == NULL || node->process < 0) return;
  transfer_put_u8(at, 1);
  transfer_put_u32(at + 8, node->mail);
  transfer_put_u32(at + 12, node->mail_bytes);
  transfer_put_u32(at + 16, node->records);
  transfer_put_u32(at + 20, node->handles);
  if (node->fuel < 0) return;
  transfer_put_u8(at + 24, 1);
  transfer_put_u64(at + 32, (uint64_t)node->fuel);
}

static void store_process(struct records *list, const int32_t *words, struct span name) {
  const uint32_t at = one_more(list);
  transfer_put_span(at, name);
  put(at + 8, words, 0);
  put(at + 12, words, 1);
  transfer_put_u8(at + 16, (uint8_t)(words[2] - STATE_DOWN));
  put(at + 20, words, 3);
  if (words[PROCESS_REASON] != 0) {
    transfer_put_u8(at + 24, 1);
    transfer_put_u8(at + 25, (uint8_t)(words[PROCESS_REASON] - 1));
  }
  for (uint32_t i = 0; i < 4; i++) put(at + 28 + 4 * i, words, 6 + i);
  put(at + 48, words, 10);
  put(at + 52, words, 11);
  put(at + 56, words, 14);
  store_quotas(at + 64, node_of(words[PROCESS_TEMPLATE]));
}

uint32_t device_introspect_processes(void *device) {
  begin_look(device);
  struct texts texts = {.count = 0};
  struct records list = {.size = 104, .alignment = 8};
  struct walk walk = walk_of(LOOK_PROCESS);
  for (const int32_t *words; (words = next_of(&walk)) != NULL;)
    store_process(&list, words, text_of(&texts, name_of(node_of(words[PROCESS_TEMPLATE]))));
  return list_of(&list);
}

uint32_t device_introspect_handles(void *device) {
  begin_look(device);
  struct records list = {.size = 28, .alignment = 4};
  struct walk walk = walk_of(LOOK_HANDLE);
  for (const int32_t *words; (words = next_of(&walk)) != NULL;) store_handle(&list, words);
  return list_of(&list);
}

uint32_t device_introspect_totals(void *device) {
  begin_look(device);
  const int32_t *words = kernel_report(LOOK_TOTALS, 1);
  const uint32_t result = transfer_result(32, 8);
  for (uint32_t i = 0; words != NULL && i < 8; i++) put(result + 4 * i, words, i);
  return result;
}

static const char *event_name(int32_t kind) {
  static const char *const names[] = {EVENT_NAMES};
  const bool known = kind >= 0 && (size_t)kind < sizeof names / sizeof *names && names[kind] != NULL;
  return known ? names[kind] : "";
}

/* Kinds of events whose first argument is no pid. */
static bool is_impersonal(int32_t kind) {
  return kind == EVENT_TEMPLATE || kind == EVENT_BOOT || kind == EVENT_CLOCK;
}

static void store_event(struct records *list, const int32_t *words, struct span name) {
  const uint32_t at = one_more(list);
  transfer_put_span(at, name);
  if (!is_impersonal(words[0])) put(at + 8, words, 1);
  transfer_put_u8(at + 12, words[8] >= 0);
  put(at + 16, words, 9);
  put(at + 20, words, 10);
}

uint32_t device_introspect_events(void *device, uint32_t most) {
  begin_look(device);
  struct texts texts = {.count = 0};
  struct records list = {.size = 24, .alignment = 8};
  /* All but the question itself, which is the newest. */
  for (uint32_t age = 2; age - 2 < most; age++) {
    const int32_t *words = kernel_report(LOOK_EVENT, (int32_t)age);
    if (words == NULL) break;
    store_event(&list, words, text_of(&texts, event_name(words[0])));
  }
  return list_of(&list);
}

static void store_change(struct records *list, const int32_t *words) {
  static const uint8_t from[] = {1, 2, 4, 5, 6, 9, 10};
  const uint32_t at = one_more(list);
  transfer_put_u8(at, (uint8_t)(words[3] - AUDIT_ENDOWED));
  for (uint32_t i = 0; i < sizeof from; i++) put(at + 4 + 4 * i, words, from[i]);
}

/* The newest changes of what processes may do, among the other commands that are kept. */
uint32_t device_introspect_audit(void *device, uint32_t most) {
  begin_look(device);
  struct records list = {.size = 32, .alignment = 8};
  for (int32_t age = 1; list.count < most; age++) {
    const int32_t *words = kernel_report(LOOK_HISTORY, age);
    if (words == NULL) break;
    if (words[0] == COMMAND_AUDIT) store_change(&list, words);
  }
  return list_of(&list);
}
