/* atoll:device/configuration: what the system's author and its user tell a process. */
#include <string.h>

#include "../message.h"
#include "../platform.h"
#include "../program.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

static int user_count;
static char *const *user_arguments;

void device_configuration_user(int count, char *const *arguments) {
  user_count = count;
  user_arguments = arguments;
}

const char *program_argument(int position) {
  return position < user_count ? user_arguments[position] : NULL;
}

void device_configuration_unread(const char *system) {
  if (user_count == 0) return;
  message_put("atoll: ");
  message_put(system);
  message_put(": expected no arguments, found ");
  message_put(user_arguments[0]);
  message_put(": its entry process does not import atoll:device/configuration.\n");
  platform_exit(1);
}

uint32_t device_configuration_get_arguments(void *device) {
  trap_check_stack();
  const struct device_configuration *it = device;
  const uint32_t users = it->is_entry ? (uint32_t)user_count : 0;
  const uint32_t count = it->argument_count + users;
  const struct span list = transfer_allocate(count * 8, 4);
  for (uint32_t i = 0; i < count; i++) {
    const bool own = i < it->argument_count;
    const char *bytes = own ? it->arguments[i].bytes : user_arguments[i - it->argument_count];
    const uint32_t length = own ? it->arguments[i].length : (uint32_t)strlen(bytes);
    transfer_put_span(list.offset + i * 8, transfer_store(bytes, length));
  }
  return transfer_list((struct span){list.offset, count});
}

uint32_t device_configuration_get_environment(void *device) {
  trap_check_stack();
  const struct device_configuration *it = device;
  const struct span list = transfer_allocate(it->environment_count * 8, 4);
  for (uint32_t i = 0; i < it->environment_count; i++) {
    const struct text *text = &it->environment[i];
    transfer_put_span(list.offset + i * 8, transfer_store(text->bytes, text->length));
  }
  return transfer_list((struct span){list.offset, it->environment_count / 2});
}

uint32_t device_configuration_get(void *device, uint32_t offset, uint32_t length) {
  trap_check_stack();
  const struct device_configuration *it = device;
  for (uint32_t i = 0; i < it->value_count; i += 2) {
    const struct text *key = &it->values[i];
    if (key->length != length || memcmp(key->bytes, transfer_bytes(offset, length), length) != 0) continue;
    const struct span value = transfer_store(it->values[i + 1].bytes, it->values[i + 1].length);
    return transfer_option(&value);
  }
  return transfer_option(NULL);
}
