/*
 * All that guests have open of `atoll:device/files`, and who opened how much of it.
 *
 * One table for a system, so that a handle means the same to whoever holds it; see
 * host-linux/devices/files/descriptors.ts.
 */
#ifndef ATOLL_FILES_DESCRIPTORS_H_
#define ATOLL_FILES_DESCRIPTORS_H_

#include "store.h"

/* For whom something is open: a process, by a number of its own and by its position in the plan. */
struct descriptors_opener {
  int64_t process;
  uint32_t position;
};

/* A file or a directory that is open, or what a directory holds, being read. */
struct descriptor {
  /* 0: the place is free. */
  uint32_t rep;
  struct descriptors_opener opener;
  bool is_listing;
  struct files_listing listing;
  /* The rest is of descriptors. */
  files_held held;
  bool is_directory;
  /* Of `descriptor-flags`. */
  uint32_t flags;
  /* Whether the directory was granted for writing that it is, or was opened through. */
  bool may_change;
};

/* Whether it may open one more: `quota` where not. */
enum files_error descriptors_room(struct descriptors_opener opener);
/* What is open as that; ends the system where nothing is, or the other kind. */
struct descriptor *descriptors_of(uint32_t rep);
struct descriptor *descriptors_listing(uint32_t rep);
/* Takes over what is open; there has to be room. Returns its rep. */
uint32_t descriptors_add(struct descriptor descriptor);
void descriptors_close(uint32_t rep);

#endif
