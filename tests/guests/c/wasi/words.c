// A library on wasi-libc: its heap, its strings, its qsort. World `library` of words.wit.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

typedef struct { char *ptr; size_t len; } text;
typedef struct { text word; uint32_t count; } entry;
typedef struct { entry *ptr; size_t len; } entries;

static entries answer;

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  if (size == 0) return (void *)align;
  void *block = realloc(old, size);
  if (block == NULL) abort();
  return block;
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(((const entry *)a)->word.ptr, ((const entry *)b)->word.ptr);
}

EXPORT("t:words/sorting@0.1.0#count")
entries *count(char *given, size_t len) {
  char *copy = strndup(given, len), *rest = copy;
  entry *all = malloc((len + 1) * sizeof(entry));
  size_t found = 0, kept = 0;
  for (char *word = strtok_r(copy, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest))
    all[found++] = (entry){{word, strlen(word)}, 1};
  qsort(all, found, sizeof(entry), by_bytes);
  for (size_t i = 0; i < found; i++) {
    if (kept > 0 && strcmp(all[kept - 1].word.ptr, all[i].word.ptr) == 0) all[kept - 1].count++;
    else all[kept++] = all[i];
  }
  if (len > 0) free(given);
  answer = (entries){all, kept};
  return &answer;
}
