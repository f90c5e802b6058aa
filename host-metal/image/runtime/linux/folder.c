#include "folder.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

bool folder_path(const char *path, char joined[PATH_MAX]) {
  const char *folder = getenv("ATOLL_FOLDER");
  const bool relative = path[0] != '/' && folder != NULL && *folder != '\0';
  const int length = snprintf(joined, PATH_MAX, "%s%s%s", relative ? folder : "", relative ? "/" : "", path);
  return length < PATH_MAX;
}
