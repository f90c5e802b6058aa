/*
 * Bytes of input for processes that are woken when there are some, and what waits for
 * input altogether. See host-linux/channel/system-input.ts.
 */
#include "../input.h"
#include "../platform.h"
#include "input-waits.h"
#include "wakeups.h"

#define MOST_READERS 4096

struct reader {
  struct worker *worker;
  /* Another one may begin in the same place meanwhile. */
  int32_t pid;
  int32_t life;
};

static struct reader readers[MOST_READERS];
static uint32_t reader_count;
static bool over;

static bool is_reader(const struct worker *worker, const struct reader *reader) {
  return reader->worker == worker && reader->pid == worker->pid && reader->life == worker->life;
}

static bool is_known(const struct worker *worker) {
  for (uint32_t i = 0; i < reader_count; i++)
    if (is_reader(worker, &readers[i])) return true;
  return false;
}

static void wake_all(void) {
  const uint32_t count = reader_count;
  reader_count = 0;
  for (uint32_t i = 0; i < count; i++)
    if (is_reader(readers[i].worker, &readers[i])) wakeups_wake(readers[i].worker);
}

bool input_bytes_for(struct worker *worker, uint32_t most, struct span *bytes) {
  bool is_end;
  /* Who asks again without having waited would never be told: nobody else looks meanwhile. */
  if (is_known(worker) && !input_has_bytes() && platform_idle(0, true)) input_serve(true);
  if (input_bytes(over ? 0 : most, bytes, &is_end)) return !over || most == 0;
  if (is_end) return false;
  if (is_known(worker)) return true;
  if (reader_count == MOST_READERS) wakeups_wake(worker);
  else readers[reader_count++] = (struct reader){worker, worker->pid, worker->life};
  return true;
}

bool input_is_asked(void) { return reader_count > 0 || input_line_is_asked(); }

void input_serve(bool there) {
  const bool reads = there && input_is_asked() && (input_line_is_asked() ? !input_is_there() : !input_has_bytes());
  if (reads) input_read();
  input_serve_lines();
  if (over || input_has_bytes()) wake_all();
}

void input_end(void) {
  over = true;
  input_end_lines();
  wake_all();
}
