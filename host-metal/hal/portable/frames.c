/* See frames.h. */
#include "frames.h"

int frames_walk(uint64_t frame, uint64_t low, uint64_t high, uint64_t *calls, int most) {
  int count = 0;
  while (count < most && frame % 8 == 0 && frame >= low && frame < high && high - frame >= 16) {
    const uint64_t *words = (const uint64_t *)frame;
    if (words[1] == 0) break; /* the outermost frame, as whoever made the stack left it */
    calls[count++] = words[1];
    low = frame + 16;
    frame = words[0];
  }
  return count;
}
