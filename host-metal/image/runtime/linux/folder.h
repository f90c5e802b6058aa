/*
 * Where relative paths of grants start from: the folder that ATOLL_FOLDER names, or the one that the program is run in.
 */
#ifndef ATOLL_LINUX_FOLDER_H_
#define ATOLL_LINUX_FOLDER_H_

#include <limits.h>
#include <stdbool.h>

/* The path that Linux is asked for; false where it is too long. */
bool folder_path(const char *path, char joined[PATH_MAX]);

#endif
