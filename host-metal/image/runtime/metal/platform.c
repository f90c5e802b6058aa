/*
 * The bare machine as a platform, by host-metal/hal: memory by its places, traps by its
 * faults, the console as the only thing to be read and written.
 *
 * There is no calendar: the clock since 1970 starts when the machine does, unless the
 * command line says `time=<seconds>`. Who wants the end asks by the control line.
 */
#include "../platform.h"

#include <string.h>

#include "../../../hal/hal.h"
#include "control.h"
#include "record.h"

#define ARGUMENTS_MOST 64
#define ARGUMENT_BYTES 2048 /* as long as the command line may be */
#define SECOND 1000000000ull
#define LOOK_EVERY (SECOND / 1000)

void *platform_reserve(size_t bytes) {
  struct hal_memory place;
  if (bytes > HAL_MEMORY_SPAN || hal_memory_reserve(&place) != HAL_OK) return NULL;
  return place.base;
}

/* Its place begins at the multiple of the span below it. */
bool platform_commit(void *pages, size_t bytes) {
  const uint64_t offset = (uint64_t)(uintptr_t)pages % HAL_MEMORY_SPAN;
  const struct hal_memory place = {.base = (uint8_t *)pages - offset};
  return hal_memory_map(&place, offset, bytes) == HAL_OK;
}

void platform_release(void *space, size_t bytes) {
  struct hal_memory place = {.base = space};
  (void)bytes;
  hal_memory_release(&place);
}

void platform_write(const void *bytes, size_t count) { hal_console_write(bytes, count); }

void platform_error(const void *bytes, size_t count) { hal_message_write(bytes, count); }

void platform_message(const char *text, size_t count) { platform_error(text, count); }

/* Nobody knows what is at the other end of the line. */
bool platform_is_terminal(uint32_t number) {
  (void)number;
  return false;
}

static bool is_option(const char *name, const char *value) {
  const char *said = hal_option(name);
  return said != NULL && strcmp(said, value) == 0;
}

bool platform_shows_colours(void) { return is_option("colours", "1"); }

bool platform_shows_tags(void) { return !is_option("tags", "0"); }

void platform_heed_stop(void) { control_heed(); }

/* Asked at each step of a system that works: to look at the line each time would cost more than the step. */
int platform_stop_asked(void) {
  static uint64_t next_look;
  const uint64_t now = hal_clock();
  if (now >= next_look) {
    control_look();
    next_look = now + LOOK_EVERY;
  }
  return control_see_stop();
}

uint64_t platform_now(void) { return hal_clock(); }

static uint64_t number(const char *text) {
  uint64_t value = 0;
  for (; text != NULL && *text >= '0' && *text <= '9'; text++) value = 10 * value + (uint64_t)(*text - '0');
  return value;
}

uint64_t platform_wall_time(void) { return number(hal_option("time")) * SECOND + hal_clock(); }

bool platform_seed(uint32_t *seed) {
  if (hal_option("seed") == NULL) return false;
  *seed = (uint32_t)number(hal_option("seed")) & 0x7fffffff;
  return true;
}

void platform_random(void *bytes, size_t count) {
  if (!hal_entropy(bytes, count)) hal_panic("this machine has no entropy: give it a virtio-rng device");
}

bool platform_lines(uint64_t at, void *bytes, size_t length) { return hal_lines_read(at, bytes, length); }

void platform_exit(int code) {
  record_end();
  hal_exit(code);
}

static bool on_fault(const struct hal_fault *fault, struct hal_resume *resume) {
  if (fault->reason != HAL_FAULT_DIVIDE && fault->reason != HAL_FAULT_OUT_OF_BOUNDS) return false;
  const struct platform_fault told = {
      .what = fault->reason == HAL_FAULT_DIVIDE ? PLATFORM_DIVIDE : PLATFORM_ACCESS,
      .address = fault->address,
      .instruction = fault->instruction,
      .frame = fault->frame,
  };
  struct frame_registers *frame = platform_caught(&told, &resume->value);
  resume->function = (void (*)(void *, int))frame_leave; /* it changes the stack before it uses it */
  resume->argument = frame;
  return frame != NULL;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* An argument is a word `arg=…`, in which `%` and two small hexadecimal digits stand for a byte. */
static char *decoded(const char *text, char *to) {
  while (*text != '\0') {
    const bool is_code = *text == '%' && digit(text[1]) < 16 && digit(text[2]) < 16;
    *to++ = is_code ? (char)(digit(text[1]) * 16 + digit(text[2])) : *text;
    text += is_code ? 3 : 1;
  }
  *to++ = '\0';
  return to;
}

int hal_program(void) {
  static char bytes[ARGUMENT_BYTES];
  static char *arguments[ARGUMENTS_MOST];
  int count = 0;
  char *next = bytes;
  for (const char *it = hal_option("arg"); it != NULL; it = hal_next_option("arg", it)) {
    if (count == ARGUMENTS_MOST) hal_panic("there are more than 64 arguments");
    arguments[count++] = next;
    next = decoded(it, next);
  }
  hal_on_fault(on_fault);
  platform_main(count, arguments);
  return 0;
}
