#include "life.h"

#include <string.h>

#include "accounts.h"
#include "bindings.h"
#include "deaths.h"
#include "estates.h"
#include "message.h"
#include "platform.h"
#include "system.h"
#include "transfer.h"

#define MOST_EXIT_CODE 255
#define MOST_MESSAGE 65536

static uint32_t exit_code;
static char last_message[MOST_MESSAGE];
static uint32_t last_length;

void life_fill(uint32_t process) {
  const struct process *it = process_at(process);
  it->fill(it->place);
  accounts_fill(process);
}

void life_initialise(uint32_t process) {
  const struct process *it = process_at(process);
  const uint32_t before = accounts_pay(process);
  it->initialise(it->place);
  accounts_pay_back(before);
}

static void initialise(void *context) { life_initialise(*(const uint32_t *)context); }

bool life_begin(uint32_t process, bool again) {
  const struct process_list *members = &process_at(process)->members;
  for (uint32_t i = 0; again && i < members->count; i++) {
    deaths_clear(members->positions[i]);
    estates_release(members->positions[i]);
  }
  if (again) estates_settle();
  for (uint32_t i = 0; i < members->count; i++) life_fill(members->positions[i]);
  const uint32_t payer = accounts_current();
  for (uint32_t i = 0; i < members->count; i++) {
    uint32_t member = members->positions[i];
    if (deaths_run_inside(member, initialise, &member)) continue;
    accounts_pay_back(payer);
    return false;
  }
  for (uint32_t i = 0; i < members->count; i++) bindings_open(members->positions[i]);
  return true;
}

void life_take_result(uint32_t result) {
  exit_code = transfer_get_u32(result);
  const uint32_t length = transfer_get_u32(result + 8);
  const uint8_t *text = transfer_bytes(transfer_get_u32(result + 4), length);
  last_length = length < MOST_MESSAGE ? length : MOST_MESSAGE;
  memcpy(last_message, text, last_length);
}

void life_exit(void) {
  if (last_length > 0) {
    message_put(system_plan.name);
    message_put(": ");
    platform_message(last_message, last_length);
    message_put("\n");
  }
  /* Above 255 the operating system would keep the low bits: 256 would be success. */
  platform_exit(exit_code < MOST_EXIT_CODE ? (int)exit_code : MOST_EXIT_CODE);
}
