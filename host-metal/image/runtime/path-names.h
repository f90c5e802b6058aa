/*
 * The names along a guest's path: what is left once `.` and `..` are taken out.
 * `..` is a step back along the names, never somebody's idea of a parent.
 */
#ifndef ATOLL_PATH_NAMES_H_
#define ATOLL_PATH_NAMES_H_

#include "platform-directory.h"

/* A longer path leads nowhere: as much as Linux takes. */
#define PATH_MOST 4096

/* Each with a NUL behind it, and then another. */
struct path_names {
  char text[PATH_MOST + 2];
};

enum directory_error path_names_of(struct directory_path path, struct path_names *names);

#endif
