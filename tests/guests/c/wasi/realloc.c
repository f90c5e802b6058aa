/* Memory for whatever calls the program: the preview 1 adapter keeps its state there.
 *
 * Without this the adapter grows the memory by itself, and the allocator of a
 * wasi-libc from before 2023 (Debian 12 has one of 2022) takes that for its own.
 */
#include <stdlib.h>

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align,
                                                                size_t size) {
  (void)old_size;
  if (size == 0) return (void *)align;
  void *made = realloc(old, size);
  if (made == NULL) abort();
  return made;
}
