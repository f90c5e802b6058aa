/*
 * Opening a file or a directory under a directory; see host-linux/devices/files/open.ts.
 */
#ifndef ATOLL_FILES_OPENING_H_
#define ATOLL_FILES_OPENING_H_

#include "descriptors.h"
#include "walk.h"

struct opening {
  struct files_path path;
  bool follow;
  /* Of `open-flags`, and of `descriptor-flags`. */
  uint32_t open;
  uint32_t flags;
};

/* `*made` is all but its opener. */
enum files_error opening_at(const struct descriptor *base, const struct opening *opening, struct descriptor *made);
/* A directory that is held becomes a descriptor's. */
struct descriptor opening_directory(files_held directory, bool may_change);

#endif
