/*
 * See lines.h. The table is read piece by piece, since it need not be memory, and only
 * when something has trapped; what it says is believed, as the code beside it is.
 */
#include "lines.h"

#include <string.h>

#include "last-words.h"
#include "message.h"
#include "platform.h"
#include "system.h"

#define SHOWN 8
#define PIECE 64

struct header {
  uint32_t rows;
  uint32_t frames;
  uint32_t texts;
  uint32_t length;
};

struct row {
  uint32_t address;
  uint32_t frame;
};

/* Places of texts; `outer`: the frame that it was put into, from 1, or 0. */
struct line_frame {
  uint32_t place;
  uint32_t name;
  uint32_t component;
  uint32_t outer;
  uint32_t what;
};
enum { IN_PROGRAM = 1, GIVES_UP = 2, ALLOCATES = 4, MODULE_SHIFT = 8 };

static struct header header;

static bool has_table(void) {
  if (header.length == 0 && !platform_lines(0, &header, sizeof header)) header.length = UINT32_MAX;
  return header.length != UINT32_MAX;
}

/* The last row whose address is not above; its frame, or 0. */
static uint32_t frame_of(uint64_t address) {
  uint32_t low = 0, high = header.rows;
  struct row row = {0, 0};
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (!platform_lines(sizeof header + (uint64_t)middle * sizeof row, &row, sizeof row)) return 0;
    if (row.address <= address) low = middle + 1;
    else high = middle;
  }
  if (low == 0 || !platform_lines(sizeof header + (uint64_t)(low - 1) * sizeof row, &row, sizeof row)) return 0;
  return row.frame;
}

static bool read_frame(uint32_t number, struct line_frame *frame) {
  const uint64_t at = sizeof header + (uint64_t)header.rows * sizeof(struct row);
  return number > 0 && number <= header.frames && platform_lines(at + (number - 1) * sizeof *frame, frame, sizeof *frame);
}

/* Calls `put` for the pieces of a text; returns its length in bytes. */
static size_t each_piece(uint32_t text, void (*put)(const char *piece)) {
  size_t length = 0;
  for (;;) {
    char piece[PIECE + 1] = {0};
    const uint64_t at = (uint64_t)header.texts + text + length;
    const uint64_t left = header.length - at;
    if (at >= header.length || !platform_lines(at, piece, left < PIECE ? (size_t)left : PIECE)) return length;
    const size_t part = strlen(piece);
    if (put != NULL) put(piece);
    length += part;
    if (part < PIECE) return length;
  }
}

/*
 * The innermost frames of a module, in the order of calls: those of the process that trapped. What is
 * called besides, as an adapter, or this runtime, is in no row.
 */
static uint32_t frames_of(const struct trap *trap, struct line_frame *frames, bool *gave_up) {
  uint32_t count = 0;
  *gave_up = false;
  for (uint32_t i = 0; i < trap->call_count; i++) {
    uint32_t number = frame_of(trap->calls[i] - 1);
    if (number == 0 && count > 0) return count;
    struct line_frame frame;
    for (; count < SHOWN && read_frame(number, &frame); number = frame.outer) {
      if (count > 0 && frame.what >> MODULE_SHIFT != frames[0].what >> MODULE_SHIFT) return count;
      /* How it gives up is no place of its own, but the frame around it is. */
      if ((frame.what & GIVES_UP) == 0) frames[count++] = frame;
      else if (count == 0) *gave_up = true;
    }
  }
  return count;
}

static void put_component(const struct line_frame *frame, const char *process) {
  char name[PIECE + 1] = {0};
  const uint64_t at = (uint64_t)header.texts + frame->component;
  if (at >= header.length) return;
  const uint64_t left = header.length - at;
  if (!platform_lines(at, name, left < PIECE ? (size_t)left : PIECE)) return;
  if (name[0] == '\0' || strcmp(name, process) == 0) return;
  message_put(" (component ");
  message_put(name);
  message_put(")");
}

static void put_frames(const struct line_frame *frames, uint32_t count) {
  size_t width = 0;
  for (uint32_t i = 0; i < count; i++) {
    const size_t length = each_piece(frames[i].place, NULL);
    if (length > width) width = length;
  }
  for (uint32_t i = 0; i < count; i++) {
    message_put("    ");
    const size_t length = each_piece(frames[i].place, message_put);
    for (size_t k = length; k < width + 2; k++) message_put(" ");
    each_piece(frames[i].name, message_put);
    message_put("\n");
  }
}

static const struct line_frame *headline(const struct line_frame *frames, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if ((frames[i].what & IN_PROGRAM) != 0) return &frames[i];
  return &frames[0];
}

static void put_reason(uint32_t process, const struct trap *trap, const struct line_frame *innermost, bool gave_up) {
  if (gave_up && last_words_put(process, message_put)) return;
  const bool is_unreachable = trap->code == WASM_RT_TRAP_UNREACHABLE && !trap_is_exhaustion(trap);
  /* The allocator of AssemblyScript's library says nothing when its memory cannot grow. */
  if (is_unreachable && innermost != NULL && (innermost->what & ALLOCATES) != 0) message_put("ran out of memory");
  else trap_reason(trap, message_put);
}

void lines_tell(uint32_t process, const struct trap *trap) {
  struct line_frame frames[SHOWN];
  bool gave_up = false;
  const bool known = !trap_is_refusal(trap) && has_table();
  const uint32_t count = known ? frames_of(trap, frames, &gave_up) : 0;
  const char *name = process_at(process)->name;
  message_put("process ");
  message_put(name);
  if (count > 0) put_component(&frames[0], name);
  message_put(" trapped");
  if (count > 0) {
    message_put(" at ");
    each_piece(headline(frames, count)->place, message_put);
  }
  message_put(": it ");
  put_reason(process, trap, count > 0 ? &frames[0] : NULL, gave_up);
  message_put("\n");
  put_frames(frames, count);
}
