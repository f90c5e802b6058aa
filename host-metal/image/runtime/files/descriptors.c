#include "descriptors.h"

#include <stddef.h>

#include "../message.h"
#include "../platform.h"

#define MOST_OF_SYSTEM 1024u
#define MOST_OF_PROCESS 256u
/* Of all that are made like one process of the plan. */
#define MOST_ALIKE 768u
/* A place's number is in the low bits of the reps that it had; how often it was used above them. */
#define USES (1u << 20)

static struct descriptor all[MOST_OF_SYSTEM];
static uint32_t uses[MOST_OF_SYSTEM];
static uint32_t next;

static struct descriptor *known(uint32_t rep, bool is_listing) {
  struct descriptor *it = &all[rep % MOST_OF_SYSTEM];
  if (rep != 0 && it->rep == rep && it->is_listing == is_listing) return it;
  message_put("atoll: A device was given a descriptor that is not open.\n");
  platform_exit(1);
}

struct descriptor *descriptors_of(uint32_t rep) { return known(rep, false); }

struct descriptor *descriptors_listing(uint32_t rep) { return known(rep, true); }

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* As many as there may be, or parts of what the store has: as host-linux/devices/files/descriptors.ts has it. */
enum files_error descriptors_room(struct descriptors_opener opener) {
  const uint32_t most = store_most();
  uint32_t open = 0;
  uint32_t own = 0;
  uint32_t alike = 0;
  for (uint32_t i = 0; i < MOST_OF_SYSTEM; i++) {
    if (all[i].rep == 0) continue;
    open++;
    if (all[i].opener.process == opener.process) own++;
    if (all[i].opener.position == opener.position) alike++;
  }
  const bool has_room = open < least(MOST_OF_SYSTEM, most / 4) && own < least(MOST_OF_PROCESS, most / 8) &&
                        alike < least(MOST_ALIKE, (uint32_t)(most * 3ull / 16));
  return has_room ? FILES_OK : FILES_QUOTA;
}

/* Places take turns, so that a rep is not used again soon. */
uint32_t descriptors_add(struct descriptor descriptor) {
  while (all[next].rep != 0) next = (next + 1) % MOST_OF_SYSTEM;
  uses[next] = uses[next] % USES + 1;
  descriptor.rep = uses[next] * MOST_OF_SYSTEM + next;
  all[next] = descriptor;
  next = (next + 1) % MOST_OF_SYSTEM;
  return descriptor.rep;
}

void descriptors_close(uint32_t rep) {
  struct descriptor *it = &all[rep % MOST_OF_SYSTEM];
  if (it->rep != rep || rep == 0) known(rep, false);
  it->rep = 0;
  if (it->is_listing) store_list_end(&it->listing);
  else store_let_go(it->held);
}
