#include "log.h"

#include <string.h>

#include "../platform.h"
#include "../system.h"
#include "../trap.h"
#include "kernel-abi.h"
#include "plan.h"

#define EVENT_WORDS 8
#define COMMAND_WORDS 7
#define LINE_BYTES 256
#define COUNT(names) (int32_t)(sizeof names / sizeof *names)

static const char *const event_names[] = {EVENT_NAMES};
static const char *const command_names[] = {COMMAND_NAMES};
/* By what they are below zero. */
static const char *const status_names[] = {STATUS_NAMES};

static bool is_on;
/* Number of the first command that was not written down. */
static uint32_t seen;
/* Commands that were read since the last line. */
static uint32_t drained;

/* A line, until it is put. What is too long for it is a name, and cut. */
static char line[LINE_BYTES];
static size_t length;

static void add(const char *text) {
  while (*text != '\0' && length < sizeof line - 1) line[length++] = *text++;
}

static void add_number(int64_t number) {
  char digits[24];
  size_t at = sizeof digits;
  digits[--at] = '\0';
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  do digits[--at] = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (number < 0) digits[--at] = '-';
  add(digits + at);
}

static void put(void) {
  line[length++] = '\n';
  platform_record(line, length);
  length = 0;
}

/* A name and what follows it, up to the last that is not 0. */
static void add_words(const char *name, const char *unknown, const uint32_t *words, uint32_t count) {
  if (name != NULL) add(name);
  else {
    add(unknown);
    add_number((int32_t)words[0]);
  }
  while (count > 1 && words[count - 1] == 0) count--;
  for (uint32_t i = 1; i < count; i++) {
    add(" ");
    add_number((int32_t)words[i]);
  }
}

static const char *name_of(const char *const *names, int32_t count, int32_t number) {
  return number >= 0 && number < count ? names[number] : NULL;
}

void log_start(void) {
  is_on = platform_record_start();
  if (!is_on) return;
  add("# system ");
  add(system_plan.name);
  put();
  for (uint32_t i = 0; i < system_plan.kernel->node_count; i++) {
    const struct kernel_node *node = &system_plan.kernel->nodes[i];
    add("# template ");
    add_number((int64_t)i + 1);
    add(node->process < 0 ? ": supervisor " : ": worker ");
    add(node->name);
    put();
  }
}

void log_initialised(uint32_t seed) {
  if (!is_on) return;
  const struct kernel_plan *plan = system_plan.kernel;
  seen = plan->tail();
  const int64_t numbers[] = {seed,
                             plan->table_processes,
                             plan->node_count,
                             plan->table_messages,
                             plan->table_handles,
                             plan->table_events};
  add("initialise");
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    add(" ");
    add_number(numbers[i]);
  }
  put();
}

static void put_drained(void) {
  if (drained == 0) return;
  add("drained ");
  add_number(drained);
  put();
  drained = 0;
}

static void put_commands(void) {
  const struct kernel_plan *plan = system_plan.kernel;
  for (const uint32_t end = plan->tail(); seen != end; seen++) {
    uint32_t words[COMMAND_WORDS];
    const uint32_t at = plan->commands() + seen % plan->capacity() * COMMAND_BYTES;
    if ((uint64_t)at + sizeof words > plan->memory->size) wasm_rt_trap(WASM_RT_TRAP_OOB);
    memcpy(words, plan->memory->data + at, sizeof words);
    add("    ");
    add_words(name_of(command_names, COUNT(command_names), (int32_t)words[0]), "command-", words, COMMAND_WORDS);
    put();
  }
}

void log_event(const uint32_t *words, int32_t status) {
  /* The host's own looks change nothing. */
  if (!is_on || (words[0] == EVENT_LOOK && words[1] == 0)) return;
  put_drained();
  add_words(name_of(event_names, COUNT(event_names), (int32_t)words[0]), "event-", words, EVENT_WORDS);
  add("  => ");
  const char *name = status < 0 ? name_of(status_names, COUNT(status_names), -status) : NULL;
  if (name != NULL) add(name);
  else add_number(status);
  put();
  put_commands();
}

void log_drained(uint32_t count) { drained += count; }

void log_end(void) {
  if (!is_on) return;
  put_drained();
  add("end");
  put();
  is_on = false;
}
