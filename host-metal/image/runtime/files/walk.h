/*
 * What a path names under a directory that is open, which no path leaves.
 *
 * The counterpart of host-linux/devices/files/beneath.ts: every step is one name in a directory
 * that is held already, what a link says is walked here, and `..` goes back to where the walk
 * came from.
 */
#ifndef ATOLL_FILES_WALK_H_
#define ATOLL_FILES_WALK_H_

#include "store.h"

#define WALK_MOST_DIRECTORIES 256

/* What is done with the last name of a path: nothing; looked at, also if it is a link; or followed, if it is one. */
enum walk_last { WALK_NAME, WALK_LOOK, WALK_FOLLOW };

struct walk {
  files_held root;
  /* Directories that were stepped into. */
  files_held passed[WALK_MOST_DIRECTORIES];
  uint32_t depth;
  uint32_t links;
  /* The path ends in a slash, or in `.` or `..`. */
  bool as_directory;
  /* It ends in a directory that a step led to, not in a name in one: then `name` is empty. */
  char name[FILES_LONGEST_PATH + 1];
  /* What has the last name; not if nothing has, or it was not looked at. */
  bool has_found;
  files_held found;
  struct files_stat stat;
};

/* A guest's text. */
struct files_path {
  const char *bytes;
  uint32_t length;
};

/* `walk_end` in any case, once. */
enum files_error walk_begin(struct walk *walk, files_held root, struct files_path path, enum walk_last last);
void walk_end(struct walk *walk);

/* The name with its directory; of a walk that ended in a name. */
struct files_place walk_place(const struct walk *walk);
bool walk_is_nameless(const struct walk *walk);
/* Whether something was found that the path can mean. */
enum files_error walk_check(const struct walk *walk);
/* What was found is the caller's from now on. */
files_held walk_take(struct walk *walk);

#endif
