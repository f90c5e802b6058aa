/* What the runtime takes of a C library's <string.h>, besides what every compiler needs. */
#include <string.h>

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') length++;
  return length;
}

int strcmp(const char *a, const char *b) {
  while (*a != '\0' && *a == *b) a++, b++;
  return (unsigned char)*a - (unsigned char)*b;
}

void *memchr(const void *bytes, int byte, size_t length) {
  const unsigned char *at = bytes;
  for (; length > 0; length--, at++)
    if (*at == (unsigned char)byte) return (void *)at;
  return NULL;
}

char *strstr(const char *text, const char *wanted) {
  const size_t length = strlen(wanted);
  for (; *text != '\0' || length == 0; text++) {
    if (strncmp(text, wanted, length) == 0) return (char *)text;
    if (*text == '\0') break;
  }
  return NULL;
}

int strncmp(const char *a, const char *b, size_t most) {
  for (; most > 0 && *a != '\0' && *a == *b; most--) a++, b++;
  return most == 0 ? 0 : (unsigned char)*a - (unsigned char)*b;
}
