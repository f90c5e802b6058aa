/*
 * atoll:device/stdio: standard streams as bytes, and the end of the process with a status.
 *
 * What is written is taken whole, since a platform waits until it is out. Lines are
 * tagged as in host-linux/standard-streams.ts.
 */
#include <string.h>

#include "../input.h"
#include "../kernel/supervision.h"
#include "../kernel/worker.h"
#include "../memory.h"
#include "../platform.h"
#include "../transfer.h"
#include "../trap.h"
#include "devices.h"

/* A line that is longer goes out in pieces. */
#define LINE_BYTES (16 * 1024)

enum { OUT, ERR, OUTPUTS };

struct begun_lines {
  const struct console_tag *tag;
  uint32_t length[OUTPUTS];
  uint8_t bytes[OUTPUTS][LINE_BYTES];
};

static void write_line(struct begun_lines *begun, uint32_t to) {
  console_text_write_to(to == OUT ? platform_write : platform_error, begun->tag, begun->bytes[to], begun->length[to]);
  begun->length[to] = 0;
}

static void end_lines(struct worker *worker) {
  for (uint32_t to = 0; to < OUTPUTS; to++)
    if (worker->begun_lines->length[to] > 0) write_line(worker->begun_lines, to);
}

static struct begun_lines *lines_of(struct worker *worker, const struct console_tag *tag) {
  if (worker->begun_lines == NULL) worker->begun_lines = memory_room(sizeof(struct begun_lines));
  if (worker->begun_lines == NULL) memory_out("lines that are not whole");
  worker->begun_lines->tag = tag;
  worker->end_lines = end_lines;
  return worker->begun_lines;
}

/* Not through a character, unless it is none. */
static uint32_t before_character(const uint8_t *text, uint32_t end) {
  uint32_t at = end;
  while (at > 0 && at + 4 > end && (text[at] & 0xc0) == 0x80) at--;
  return at > 0 && at + 4 > end ? at : end;
}

/* Up to where what is there goes out, or waits for more. */
static uint32_t piece_of(const uint8_t *text, uint32_t length, uint32_t most, bool *is_whole) {
  const uint8_t *feed = memchr(text, '\n', length);
  *is_whole = true;
  if (feed != NULL && (uint32_t)(feed - text) <= most) return (uint32_t)(feed - text);
  if (length > most) return before_character(text, most);
  *is_whole = false;
  return length;
}

static void write_lines(struct begun_lines *begun, uint32_t to, const uint8_t *text, uint32_t length) {
  while (length > 0) {
    bool is_whole;
    uint32_t taken = piece_of(text, length, LINE_BYTES - begun->length[to], &is_whole);
    memcpy(begun->bytes[to] + begun->length[to], text, taken);
    begun->length[to] += taken;
    if (is_whole) write_line(begun, to);
    if (is_whole && taken < length && text[taken] == '\n') taken++;
    text += taken;
    length -= taken;
  }
}

static struct worker *worker_of_stdio(const struct device_stdio *it) {
  trap_check_stack();
  supervision_check();
  return device_kernel_worker(it->process);
}

/* A result<u32> is 8 long, its payload at 4. */
uint32_t device_stdio_write(void *device, uint32_t to, uint32_t offset, uint32_t length) {
  const struct device_stdio *it = device;
  struct worker *worker = worker_of_stdio(it);
  const uint32_t output = to == OUT ? OUT : ERR;
  const uint8_t *bytes = transfer_bytes(offset, length);
  if (!it->is_closed && platform_shows_tags()) write_lines(lines_of(worker, &it->tag), output, bytes, length);
  else if (!it->is_closed && output == OUT) platform_write(bytes, length);
  else if (!it->is_closed) platform_error(bytes, length);
  const uint32_t result = transfer_result(8, 4);
  if (it->is_closed) transfer_put_u8(result, 1);
  else transfer_put_u32(result + 4, length);
  return result;
}

/* A result<list<u8>> is 12 long, its payload at 4. */
uint32_t device_stdio_read(void *device, uint32_t most) {
  const struct device_stdio *it = device;
  struct worker *worker = worker_of_stdio(it);
  struct span bytes;
  const bool is_open = !it->is_closed && input_bytes_for(worker, most, &bytes);
  const uint32_t result = transfer_result(12, 4);
  if (is_open) transfer_put_span(result + 4, bytes);
  else transfer_put_u8(result, 1);
  return result;
}

uint32_t device_stdio_is_terminal(void *device, uint32_t number) {
  const struct device_stdio *it = device;
  worker_of_stdio(it);
  if (it->is_closed || (number > 0 && platform_shows_tags())) return 0;
  return number < 3 && platform_is_terminal(number) ? 1 : 0;
}

void device_stdio_exit(void *device, uint32_t status) {
  struct worker *worker = worker_of_stdio(device);
  worker->exit_status = status;
  supervision_exit(worker, REASON_NORMAL);
  wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
}
