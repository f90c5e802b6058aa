#include "path-names.h"

#include <string.h>

enum directory_error path_names_of(struct directory_path path, struct path_names *names) {
  if ((path.length > 0 && path.bytes[0] == '/') || memchr(path.bytes, 0, path.length) != NULL)
    return DIRECTORY_ESCAPES;
  if (path.length > PATH_MOST) return DIRECTORY_NOT_FOUND;
  char *end = names->text;
  for (uint32_t at = 0; at < path.length;) {
    const char *name = path.bytes + at;
    const char *slash = memchr(name, '/', path.length - at);
    const uint32_t length = slash == NULL ? path.length - at : (uint32_t)(slash - name);
    at += length + 1;
    if (length == 0 || (length == 1 && name[0] == '.')) continue;
    if (length == 2 && name[0] == '.' && name[1] == '.') {
      if (end == names->text) return DIRECTORY_ESCAPES;
      for (end--; end > names->text && end[-1] != '\0';) end--;
    } else {
      memcpy(end, name, length);
      end[length] = '\0';
      end += length + 1;
    }
  }
  *end = '\0';
  return DIRECTORY_OK;
}
